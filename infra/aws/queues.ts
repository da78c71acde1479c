// The queues of infra/wiring.ts, each with its dead letters, and what fills and empties them.
import { Duration } from 'aws-cdk-lib';
import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queues, type EventPattern, type QueueName, type Trigger } from '#infra/wiring';
import type { LazoFunction } from './lazo-function.ts';
import { namesFor, type Names } from './names.ts';
import type { Settings } from './settings.ts';

/** A trigger whose messages wait in a queue. */
export type QueueTrigger = Extract<Trigger, { readonly queue: QueueName }>;

/** Every queue of the wiring, by name. */
export const queueNames = Object.keys(queues) as readonly QueueName[];

/** One queue with its dead letters. */
export class WiredQueue extends Construct {
  readonly #names: Names;
  readonly #queue: Queue;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, queueName: QueueName, settings: Settings) {
    super(scope, `queue-${queueName}`);
    this.#names = namesFor(this, settings.stage);
    const guarded = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.#deadLetters = new Queue(this, 'dead-letters', {
      ...guarded,
      queueName: this.#names.deadLetters(queueName),
      retentionPeriod: Duration.days(14),
    });
    const { visibilitySeconds, receives } = queues[queueName];
    this.#queue = new Queue(this, 'messages', {
      ...guarded,
      queueName: this.#names.queue(queueName),
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: this.#deadLetters, maxReceiveCount: receives },
    });
  }

  /** Lets `reader` work on the messages, and fills the queue from where the trigger says. */
  connect(trigger: QueueTrigger, reader: LazoFunction, crm: EventBus): void {
    this.#empty(trigger, reader);
    if (trigger.on === 'bus') {
      this.#fillFromBus(trigger.bus === 'crm' ? crm.eventBusName : 'default', this.#patternOf(trigger));
    }
    if (trigger.on === 'mail') this.#fillFromMail();
  }

  /**
   * No maximum concurrency: with one, Lambda polls an idle queue with five pollers instead of two (docs/idle-bill.md).
   */
  #empty(trigger: QueueTrigger, reader: LazoFunction): void {
    const batchSize = trigger.on === 'mail' ? 1 : trigger.batchSize;
    reader.allow([
      {
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [this.#queue.queueArn],
      },
    ]);
    new EventSourceMapping(this, 'reader', {
      target: reader.lambda,
      eventSourceArn: this.#queue.queueArn,
      batchSize,
      // AWS asks for a window as soon as a batch is larger than one receive.
      ...(batchSize > 10 && { maxBatchingWindow: Duration.seconds(1) }),
      reportBatchItemFailures: true,
    });
  }

  /** Stages of one account share the default bus: each takes what its own configuration set sent. */
  #patternOf({ bus, pattern }: Extract<Trigger, { on: 'bus' }>): EventPattern {
    if (bus === 'crm') return pattern;
    return {
      ...pattern,
      detail: { mail: { tags: { 'ses:configuration-set': [this.#names.configurationSet, this.#names.marketingSet] } } },
    };
  }

  #fillFromBus(eventBusName: string, eventPattern: EventPattern): void {
    const rule = new CfnRule(this, 'rule', {
      name: this.#queue.queueName,
      eventBusName,
      eventPattern,
      targets: [{ id: 'queue', arn: this.#queue.queueArn, deadLetterConfig: { arn: this.#deadLetters.queueArn } }],
    });
    for (const queue of [this.#queue, this.#deadLetters]) queue.addToResourcePolicy(takesFrom(rule, queue));
  }

  #fillFromMail(): void {
    const topic = Topic.fromTopicArn(this, 'inbound-mail', this.#names.inboundTopicArn);
    topic.addSubscription(new SqsSubscription(this.#queue, { deadLetterQueue: this.#deadLetters }));
  }
}

/** Lets a rule send what it hears to a queue. */
export const takesFrom = (rule: CfnRule, queue: Queue): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
  });
