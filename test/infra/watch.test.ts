import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { functions, queues } from '#infra/wiring';
import { declareStage, deploy, onlyOne, resourcesOf } from './synthesize.ts';

const dev = deploy('dev', { alarmEmail: 'oncall@example.com' });

type Alarm = {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly AlarmActions: readonly string[];
  readonly TreatMissingData: string;
  readonly Threshold: number;
};

const alarms = resourcesOf(dev, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties as unknown as Alarm);

/** `<namespace> <metric> <values of the dimensions>` of every alarm. */
const watched = alarms.map(({ Namespace, MetricName, Dimensions = [] }) =>
  [Namespace, MetricName, ...Dimensions.map(({ Value }) => Value)].join(' '),
);

describe('alarms', () => {
  it.each(Object.keys(functions))('ring when %s fails', (name) => {
    expect(watched).toContain(`AWS/Lambda Errors lazo-dev-${name}`);
  });

  it.each(Object.keys(queues))('ring when %s gives messages up', (name) => {
    expect(watched).toContain(`AWS/SQS ApproximateNumberOfMessagesVisible lazo-dev-${name}-dlq`);
  });

  it('ring when the stream falls behind', () => {
    const alarm = alarms.find(({ MetricName }) => MetricName === 'IteratorAge');
    expect(alarm).toMatchObject({
      Dimensions: [{ Name: 'FunctionName', Value: 'lazo-dev-record-events' }],
      Threshold: 300_000,
    });
  });

  it('ring when functions or the table are throttled, schedules are dropped, the API fails', () => {
    const api = `<${onlyOne(dev, 'AWS::ApiGatewayV2::Api').id}>`;
    expect(watched).toEqual(
      expect.arrayContaining([
        'AWS/Lambda Throttles',
        'AWS/DynamoDB ReadThrottleEvents lazo-dev',
        'AWS/DynamoDB WriteThrottleEvents lazo-dev',
        'AWS/Scheduler InvocationDroppedCount lazo-dev',
        `AWS/ApiGateway 5xx ${api}`,
      ]),
    );
  });

  it('ring when a version never reached the log: the metric that the kernel counts, from the log of record-events', () => {
    const filter = onlyOne(dev, 'AWS::Logs::MetricFilter').Properties;
    expect(filter['LogGroupName']).toBe('/aws/lambda/lazo-dev-record-events');
    expect(filter['FilterPattern']).toBe('{ $.VersionGap > 0 }');
    expect(filter['MetricTransformations']).toMatchObject([
      { MetricValue: '$.VersionGap', MetricNamespace: 'Lazo/lazo-dev' },
    ]);
    expect(watched).toContain('Lazo/lazo-dev VersionGap');
    expect(readFileSync(new URL('../../shared/kernel/event-log.ts', import.meta.url), 'utf8')).toContain(
      "count('VersionGap')",
    );
  });

  it('each say what they mean, tell somebody, and keep quiet where nothing happens', () => {
    for (const { AlarmDescription, AlarmActions, TreatMissingData } of alarms) {
      expect(AlarmDescription.length).toBeGreaterThan(40);
      expect(AlarmActions).toEqual(['lazo-dev-alarms']);
      expect(TreatMissingData).toBe('notBreaching');
    }
  });
});

describe('the topic of alarms', () => {
  it('mails to the address of the deploy', () => {
    const subscribed = resourcesOf(dev, 'AWS::SNS::Subscription').map(({ Properties }) => Properties);
    expect(subscribed.filter(({ TopicArn }) => TopicArn === 'lazo-dev-alarms')).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'oncall@example.com' }),
    ]);
  });

  it('lets alarms of this account publish', () => {
    const policies = resourcesOf(dev, 'AWS::SNS::TopicPolicy').map(({ Properties }) => JSON.stringify(Properties));
    expect(policies.filter((policy) => policy.includes('cloudwatch.amazonaws.com'))).toHaveLength(1);
  });
});

describe('the dashboard', () => {
  it('is one, and within the 50 metrics that cost nothing', () => {
    const body = String(onlyOne(dev, 'AWS::CloudWatch::Dashboard').Properties['DashboardBody']);
    const { widgets } = JSON.parse(body) as {
      readonly widgets: readonly { readonly properties: { readonly metrics: readonly unknown[] } }[];
    };
    const shown = widgets.flatMap(({ properties }) => properties.metrics);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.length).toBeLessThanOrEqual(50);
  });
});

/** Rule ids that somebody accepted, with the reasons. */
const acknowledgedIn = (scope: IConstruct): readonly (readonly [string, string])[] =>
  scope.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Readonly<Record<string, string>>))
    .map(([id, reason]) => [id.replace(/^annotation::/i, ''), reason] as const);

describe.each(['dev', 'prod'] as const)('AwsSolutions rules of cdk-nag in %s', (stage) => {
  const { app } = declareStage(stage);

  it('find nothing that nobody has accepted', () => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.map(({ ruleName, violatingResources }) => ({ ruleName, violatingResources }))).toEqual([]);
  });

  it('are accepted with a reason, and only where they find something', () => {
    const all = new AwsSolutionsChecks(app);
    Object.defineProperty(all, 'isAcknowledged', { value: () => false });
    const found = new Set(all.validateScope(app).violations.map(({ ruleName }) => ruleName));
    const accepted = acknowledgedIn(app);
    expect(accepted.length).toBeGreaterThan(10);
    expect(accepted.filter(([id]) => !found.has(id))).toEqual([]);
    expect(accepted.filter(([, reason]) => reason.length < 40)).toEqual([]);
  });
});
