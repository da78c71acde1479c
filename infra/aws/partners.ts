// Partners with AWS accounts of their own: events of the tenants that they serve go to their bus, and nothing else does.
import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventPattern } from '#infra/wiring';
import { namesFor } from './names.ts';
import { takesFrom } from './queues.ts';
import type { Partner, Settings } from './settings.ts';

/** The events that a partner hears: of tenants that are named, and only if there are any. @throws Error without tenants, for types that cannot be */
export const patternFor = ({ name, tenants, types = [] }: Partner): EventPattern => {
  const named = tenants.filter((tenant) => /^ten_[0-9A-Z]{26}$/.test(tenant));
  if (named.length === 0 || named.length < tenants.length)
    throw new Error(`The partner ${name} names no tenants, or some that are none: [${tenants.join(', ')}].`);
  return {
    source: ['lazo.crm'],
    ...(types.length > 0 && { 'detail-type': types.map((type) => typePattern(type)) }),
    detail: { tenant: named },
  };
};

/** `quote.*` as EventBridge says it; a `*` anywhere else matches no event. */
const typePattern = (type: string): unknown => {
  if (!/^[a-zA-Z]+\.(\*|[a-zA-Z]+)$/.test(type))
    throw new Error(`Types of events are like quote.accepted or quote.*, not ${type}; name none for all of them.`);
  return type.endsWith('.*') ? { prefix: type.slice(0, -1) } : type;
};

/** The rule that hands the events of a partner over, and the role that may do that one thing. */
export class PartnerRule extends Construct {
  constructor(scope: Construct, partner: Partner, settings: Settings) {
    super(scope, `partner-${partner.name}`);
    const names = namesFor(this, settings.stage);
    const { account, region, partition } = Stack.of(this);
    const ruleName = `${names.prefix}-partner-${partner.name}`;
    const role = new Role(this, 'role', {
      description: `Hands events over to the bus of ${partner.name}`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/${names.bus}/${ruleName}` },
        },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['events:PutEvents'], resources: [partner.bus] }),
    );
    // What EventBridge could not hand over within a day waits here for two weeks.
    const deadLetters = new Queue(this, 'dead-letters', {
      queueName: `${ruleName}-dlq`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const rule = new CfnRule(this, 'rule', {
      name: ruleName,
      description: `Events of ${partner.tenants.length} tenants for ${partner.name}`,
      eventBusName: names.bus,
      eventPattern: patternFor(partner),
      targets: [
        { id: 'bus', arn: partner.bus, roleArn: role.roleArn, deadLetterConfig: { arn: deadLetters.queueArn } },
      ],
    });
    deadLetters.addToResourcePolicy(takesFrom(rule, deadLetters));
    this.#tell(deadLetters, ruleName, Stack.of(this).formatArn({ service: 'sns', resource: `${names.prefix}-alarms` }));
  }

  /** Whoever hears the alarms of the stage hears of this one. */
  #tell(deadLetters: Queue, ruleName: string, topicArn: string): void {
    new Alarm(this, 'alarm', {
      alarmName: `${ruleName}-dead-letters`,
      alarmDescription:
        'The bus of a partner takes no events. Ask the partner to let this account in, then redrive them.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible(),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(Topic.fromTopicArn(this, 'alarms', topicArn)));
  }
}
