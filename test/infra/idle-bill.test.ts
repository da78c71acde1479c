import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Resource } from './references.ts';
import { deploy, resourcesOf, type Deployed } from './synthesize.ts';

/** USD a month in us-east-1 without any free allowance but that of dashboards, when nobody uses the stage. */
const budget = 5;

const hoursOfMonth = 730;
const perMillionSqsRequests = 0.4;

/** Lambda polls an idle queue with up to five pollers; each waits 20 seconds for a message. */
const pollingOfQueue = (5 * 3 * 60 * hoursOfMonth * perMillionSqsRequests) / 1e6;

/** A call of the scheduler and one second of 1 GB of Lambda on arm64. */
const scheduledCall = 1 / 1e6 + 0.2 / 1e6 + 0.0000133334;

const free = () => 0;

/** What each type of resource costs while nothing happens. A type that is not here fails the test until it is priced. */
const prices: Readonly<Record<string, (properties: Resource['Properties']) => number>> = {
  'AWS::ApiGatewayV2::Api': free,
  'AWS::ApiGatewayV2::Integration': free,
  'AWS::ApiGatewayV2::Route': free,
  'AWS::ApiGatewayV2::Stage': free,
  'AWS::AppSync::Api': free,
  'AWS::AppSync::ChannelNamespace': free,
  'AWS::CloudWatch::Alarm': () => 0.1,
  'AWS::CloudWatch::Dashboard': free,
  'AWS::Cognito::UserPool': free,
  'AWS::Cognito::UserPoolClient': free,
  'AWS::DynamoDB::Table': free,
  'AWS::Events::Archive': free,
  'AWS::Events::EventBus': free,
  'AWS::Events::Rule': free,
  'AWS::IAM::Policy': free,
  'AWS::IAM::Role': free,
  'AWS::Lambda::EventSourceMapping': ({ EventSourceArn }) =>
    String(EventSourceArn).includes(':sqs:') ? pollingOfQueue : 0,
  'AWS::Lambda::Function': free,
  'AWS::Lambda::Permission': free,
  'AWS::Logs::LogGroup': free,
  'AWS::Logs::MetricFilter': free,
  'AWS::S3::Bucket': free,
  'AWS::S3::BucketPolicy': free,
  'AWS::SES::ConfigurationSet': free,
  'AWS::SES::ConfigurationSetEventDestination': free,
  'AWS::SES::EmailIdentity': free,
  'AWS::SES::ReceiptRule': free,
  'AWS::SNS::Subscription': free,
  'AWS::SNS::Topic': free,
  'AWS::SNS::TopicPolicy': free,
  'AWS::SQS::Queue': free,
  'AWS::SQS::QueuePolicy': free,
  'AWS::Scheduler::Schedule': ({ ScheduleExpression }) => callsOfMonth(String(ScheduleExpression)) * scheduledCall,
  'AWS::Scheduler::ScheduleGroup': free,
  'Custom::ActiveReceiptRules': free,
  'Custom::Secrets': free,
};

const callsOfMonth = (expression: string): number => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit ?? ''];
  if (hours === undefined) throw new Error(`Price ${expression}`);
  return hoursOfMonth / (Number(count) * hours);
};

const priceOf = ({ Type, Properties }: Resource): number => {
  const price = prices[Type];
  if (!price) throw new Error(`${Type} has no price yet: add it here and to docs/idle-bill.md`);
  return price(Properties);
};

const document = readFileSync(new URL('../../docs/idle-bill.md', import.meta.url), 'utf8');

const billOf = ({ resources }: Deployed): number => resources.reduce((sum, resource) => sum + priceOf(resource), 0);

describe.each(['dev', 'prod'] as const)('the idle bill of %s', (stage) => {
  const deployed = deploy(stage);
  const total = billOf(deployed);

  it('is at most 5 USD a month, and what its document says', () => {
    expect(total).toBeLessThanOrEqual(budget);
    expect(document).toContain(`**USD ${total.toFixed(2)}**`);
  });

  it('is explained part by part', () => {
    const types = new Set(deployed.resources.map(({ Type }) => Type));
    expect([...types].filter((type) => !document.includes(`\`${type}\``))).toEqual([]);
  });

  it('has at most 8 queues besides their dead letters', () => {
    const names = resourcesOf(deployed, 'AWS::SQS::Queue').map(({ Properties }) => String(Properties['QueueName']));
    expect(names.filter((name) => !name.endsWith('-dlq')).length).toBeLessThanOrEqual(8);
    expect(names.filter((name) => name.endsWith('-dlq'))).toHaveLength(names.length / 2);
  });

  it('pays for no capacity that waits', () => {
    const text = JSON.stringify(deployed.resources);
    expect(text).not.toMatch(
      /Provisioned|ReservedConcurrent|ScalingConfig|WarmThroughput|KmsMasterKeyId|KMSMasterKeyID/,
    );
    expect(text).not.toMatch(/AWS::(EC2|RDS|ECS|EKS|ElastiCache|OpenSearchService|Kinesis|KMS|SecretsManager|WAFv2)::/);
    expect(resourcesOf(deployed, 'AWS::Cognito::UserPool')[0]?.Properties['UserPoolTier']).toBe('LITE');
  });
});

describe('a partner with a bus of its own', () => {
  it('adds to the idle bill what its document says', () => {
    const partner = {
      bus: 'arn:aws:events:us-east-1:444455556666:event-bus/crm',
      tenants: ['ten_01M80GVG6G0000000000000000'],
    };
    const billWith = (...names: readonly string[]) =>
      billOf(deploy('dev', { partners: JSON.stringify(names.map((name) => ({ name, ...partner }))) }));
    const [none, one, two] = [billWith(), billWith('acme'), billWith('acme', 'other')];
    expect((two - none) / 2).toBeCloseTo(one - none);
    expect(document).toContain(`**USD ${(one - none).toFixed(2)}** a`);
    expect(document).toContain(`a stage costs USD ${one.toFixed(2)}`);
  });
});
