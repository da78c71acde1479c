// What tells us that something is wrong before a customer does: alarms that each ask for an action, and one dashboard.
// Logs and their retention, and X-Ray, belong to each function (lazo-function.ts).
import { Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { measuresOf, type Measures } from './measures.ts';
import { namesFor } from './names.ts';
import { queueNames } from './queues.ts';
import type { Settings } from './settings.ts';
import { functionNames, functionsOn } from './wired-function.ts';

/** Alarms and the dashboard. */
export class ObservabilityStack extends Stack {
  readonly #topic: Topic;
  readonly #prefix: string;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly settings: Settings; readonly apiId: string },
  ) {
    super(scope, id, props);
    const names = namesFor(this, props.settings.stage);
    const measures = measuresOf(names, props.apiId);
    this.#prefix = names.prefix;
    this.#topic = this.#makeTopic(props.settings.alarmEmail);
    for (const alarm of alarmsOf(measures)) this.#raise(alarm);
    new Dashboard(this, 'dashboard', { dashboardName: this.#prefix, widgets: [...rowsOf(measures)] });
  }

  #makeTopic(alarmEmail: string | undefined): Topic {
    const topic = new Topic(this, 'alarms', { topicName: `${this.#prefix}-alarms`, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  #raise({ name, means, metric, above }: AlarmDefinition): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.#prefix}-${name}`,
      alarmDescription: means,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}

/** `means` tells who is woken what it means and what to do. */
type AlarmDefinition = {
  readonly name: string;
  readonly means: string;
  readonly metric: IMetric;
  readonly above: number;
};

const alarmsOf = (measures: Measures): readonly AlarmDefinition[] => [
  ...functionNames.map((name) => ({
    name: `${name}-errors`,
    means: `Calls of ${name} fail. Its log tells why; what it worked on is tried again.`,
    metric: measures.errors(name),
    above: 0,
  })),
  ...queueNames.map((name) => ({
    name: `${name}-dead-letters`,
    means: `Messages of ${name} were given up. Mend the cause, then redrive the dead-letter queue.`,
    metric: measures.deadLetters(name),
    above: 0,
  })),
  ...functionsOn('stream').map((name) => ({
    name: `${name}-stream-age`,
    means: `${name} is more than five minutes behind the stream, which forgets after 24 hours.`,
    metric: measures.streamAge(name),
    above: 300_000,
  })),
  {
    name: 'version-gap',
    means: 'A version of a record never reached the log. The daily reconciliation repairs it; find out why.',
    metric: measures.versionGaps(),
    above: 0,
  },
  {
    name: 'throttles',
    means: 'Functions of this account and region were refused for want of concurrency. Ask AWS for a higher limit.',
    metric: measures.throttles(),
    above: 0,
  },
  {
    name: 'table-read-throttles',
    means: 'The table refused reads: a partition is hot (docs/reference, access patterns).',
    metric: measures.tableThrottles('Read'),
    above: 0,
  },
  {
    name: 'table-write-throttles',
    means: 'The table refused writes: a partition is hot (docs/reference, access patterns).',
    metric: measures.tableThrottles('Write'),
    above: 0,
  },
  {
    name: 'dropped-schedules',
    means: 'The scheduler gave up calls. The hourly sweep finds what was due; run-due must be callable.',
    metric: measures.droppedSchedules(),
    above: 0,
  },
  {
    name: 'api-faults',
    means: 'The API answers 5xx to more than a few requests.',
    metric: measures.apiFaults(),
    above: 5,
  },
];

/** Rows of the dashboard. CloudWatch charges nothing for three dashboards of up to 50 metrics each. */
const rowsOf = (measures: Measures): readonly GraphWidget[][] => [
  [
    graph('API: requests and faults', [measures.apiRequests(), measures.apiFaults()]),
    graph('API: latency p95', [measures.apiLatency()]),
  ],
  [
    graph('Functions: calls', functionNames.map(measures.invocations)),
    graph('Functions: errors', functionNames.map(measures.errors)),
    graph('Functions: duration p95', functionNames.map(measures.duration)),
  ],
  [
    graph('Queues: oldest message', queueNames.map(measures.oldestMessage)),
    graph('Queues: dead letters', queueNames.map(measures.deadLetters)),
  ],
  [
    graph('Stream: age', functionsOn('stream').map(measures.streamAge)),
    graph('Table: units', [measures.tableUnits('Read'), measures.tableUnits('Write')]),
    graph('Table: throttles', [measures.tableThrottles('Read'), measures.tableThrottles('Write')]),
  ],
];

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8 });
