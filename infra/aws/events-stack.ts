// What happens after a change: the bus, the queues, the schedules, and the functions that work behind the API.
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { FunctionName, QueueName, Trigger } from '#infra/wiring';
import type { LazoFunction } from './lazo-function.ts';
import { namesFor, type Names } from './names.ts';
import { PartnerRule } from './partners.ts';
import { queueNames, WiredQueue } from './queues.ts';
import { letRealtimeAsk } from './realtime-stack.ts';
import { ScheduledCalls } from './schedules.ts';
import { readStream } from './stream.ts';
import { functionNames, functionsOn, wireFunction, wiringOf, type Deployment } from './wired-function.ts';

/** Bus, queues, schedules and every function that no person calls. */
export class EventsStack extends Stack {
  readonly #deployment: Deployment;
  readonly #streamArn: string;
  readonly #names: Names;
  readonly #bus: EventBus;
  readonly #group: ScheduleGroup;
  readonly #queues: ReadonlyMap<QueueName, WiredQueue>;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly deployment: Deployment; readonly streamArn: string },
  ) {
    super(scope, id, props);
    const { settings } = props.deployment;
    this.#deployment = props.deployment;
    this.#streamArn = props.streamArn;
    this.#names = namesFor(this, settings.stage);
    this.#bus = this.#openBus();
    for (const partner of settings.partners) new PartnerRule(this, partner, settings).node.addDependency(this.#bus);
    this.#group = new ScheduleGroup(this, 'schedules', {
      scheduleGroupName: this.#names.scheduleGroup,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#queues = new Map(queueNames.map((name) => [name, new WiredQueue(this, name, settings)]));
    const answersPeople = functionsOn('http');
    for (const name of functionNames) {
      if (!answersPeople.includes(name)) this.#connect(name);
    }
  }

  /** The archive replays events to rules of partners, for a month; our own replays come from the log in the table. */
  #openBus(): EventBus {
    const bus = new EventBus(this, 'bus', { eventBusName: this.#names.bus, description: 'Domain events of Lazo' });
    bus.archive('archive', {
      archiveName: this.#names.bus,
      eventPattern: { source: ['lazo.crm'] },
      retention: Duration.days(30),
    });
    return bus;
  }

  #connect(name: FunctionName): void {
    const called = wireFunction(this, name, this.#deployment);
    const { triggers } = wiringOf(name);
    for (const trigger of triggers) this.#attach(trigger, called);
    this.#schedule(name, triggers, called);
  }

  #attach(trigger: Trigger, called: LazoFunction): void {
    if (trigger.on === 'stream') readStream(this.#streamArn, trigger, called, this.#names);
    if (trigger.on === 'listening') letRealtimeAsk(called);
    if ('queue' in trigger) this.#queues.get(trigger.queue)?.connect(trigger, called, this.#bus);
  }

  #schedule(name: FunctionName, triggers: readonly Trigger[], called: LazoFunction): void {
    if (!triggers.some(({ on }) => on === 'schedule' || on === 'one-shots')) return;
    const calls = new ScheduledCalls(called, name, this.#group, this.#deployment.settings);
    for (const trigger of triggers) {
      if (trigger.on === 'schedule') calls.repeat(trigger);
    }
  }
}
