// Names and ARNs of what a stage deploys. They are functions of the stage alone, so that stacks meet by name; only ids
// that AWS invents (user pool, API, stream) cross from one stack to another as references.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionName, QueueName } from '#infra/wiring';
import type { StageName } from './settings.ts';

/** Buckets of a stage. */
export type BucketName = 'files' | 'inbound-mail' | 'failures' | 'access-logs';

/** Secrets that are made once at the first deploy; shared/aws reads them by these names. */
export const secretNames = ['signing', 'idempotency'] as const;

/** Names of one stage, bound to the account and region of the stack that asks. */
export const namesFor = (scope: Construct, stage: StageName) => {
  const stack = Stack.of(scope);
  const prefix = `lazo-${stage}`;
  const arn = (service: string, resource: string, resourceName?: string) =>
    stack.formatArn(
      resourceName === undefined
        ? { service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME }
        : { service, resource, resourceName },
    );
  const bucket = (name: BucketName) => `${prefix}-${name}-${stack.account}-${stack.region}`;
  const functionName = (name: FunctionName) => `${prefix}-${name}`;
  return {
    prefix,
    table: prefix,
    tableArn: arn('dynamodb', 'table', prefix),
    bus: `${prefix}-crm`,
    busArn: arn('events', 'event-bus', `${prefix}-crm`),
    bucket,
    bucketArn: (name: BucketName) => `arn:${stack.partition}:s3:::${bucket(name)}`,
    functionName,
    functionArn: (name: FunctionName) => colonArn(stack, 'lambda', 'function', functionName(name)),
    logGroup: (name: string) => `/aws/lambda/${prefix}-${name}`,
    logStreamsArn: (name: string) => colonArn(stack, 'logs', 'log-group', `/aws/lambda/${prefix}-${name}:*`),
    queue: (name: QueueName) => `${prefix}-${name}`,
    deadLetters: (name: QueueName) => `${prefix}-${name}-dlq`,
    queueArn: (name: QueueName) => arn('sqs', `${prefix}-${name}`),
    queueUrlPrefix: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/lazo-`,
    scheduleGroup: prefix,
    scheduleGroupArn: arn('scheduler', 'schedule-group', prefix),
    schedulesArn: arn('scheduler', 'schedule', `${prefix}/*`),
    schedulerRole: (name: FunctionName) => `${prefix}-${stack.region}-schedules-${name}`,
    schedulerRoleArn: (name: FunctionName) =>
      `arn:${stack.partition}:iam::${stack.account}:role/${prefix}-${stack.region}-schedules-${name}`,
    configurationSet: prefix,
    configurationSetArn: arn('ses', 'configuration-set', prefix),
    identitiesArn: arn('ses', 'identity', '*'),
    receiptRule: prefix,
    receiptRuleArn: (ruleSet: string) => arn('ses', 'receipt-rule-set', `${ruleSet}:receipt-rule/${prefix}`),
    inboundTopic: `${prefix}-inbound-mail`,
    inboundTopicArn: arn('sns', `${prefix}-inbound-mail`),
    secretPrefix: `/lazo/${stage}/`,
    secretArns: secretNames.map((name) => arn('ssm', 'parameter', `lazo/${stage}/${name}`)),
  };
};

/** Names of one stage. */
export type Names = ReturnType<typeof namesFor>;

const colonArn = (stack: Stack, service: string, resource: string, resourceName: string): string =>
  stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
