// What tells us that something is wrong before a customer does: alarms that each ask for an action, and one dashboard.
// Logs and their retention, and X-Ray, belong to each function (lazo-function.ts).
import { Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  Stats,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { alarmsOf, versionGap, type AlarmDefinition } from './alarms.ts';
import { rowsOf } from './dashboard.ts';
import { measuredEvery, measuresOf } from './measures.ts';
import { namesFor, type Names } from './names.ts';
import type { Settings } from './settings.ts';

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
    for (const alarm of [...alarmsOf(measures), versionGap(this.#countVersionGaps(names))]) this.#raise(alarm);
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

  /** From the log, because the metric that the function writes does not tell the stages of one account apart. */
  #countVersionGaps(names: Names): IMetric {
    const filter = new MetricFilter(this, 'version-gaps', {
      logGroup: LogGroup.fromLogGroupName(this, 'record-events-log', names.logGroup('record-events')),
      filterPattern: FilterPattern.numberValue('$.VersionGap', '>', 0),
      metricNamespace: `Lazo/${this.#prefix}`,
      metricName: 'VersionGap',
      metricValue: '$.VersionGap',
    });
    return filter.metric({ statistic: Stats.SUM, period: measuredEvery });
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
