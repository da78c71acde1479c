// Names and ARNs of what a stage deploys. They are functions of the stage alone, so that stacks meet by name; only ids
// that AWS invents (user pool, API, stream) cross from one stack to another as references.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionName, QueueName } from '#infra/wiring';
import type { StageName } from './settings.ts';

/** Buckets of a stage. */
export type BucketName = 'files' | 'inbound-mail' | 'failures' | 'access-logs';

/** Secrets that are made once, at the first deploy; shared/aws/secrets.ts reads them by these names. */
export const secretNames = ['signing', 'idempotency', 'sealing'] as const;

type Place = { readonly stack: Stack; readonly prefix: string };

/** Names of one stage, bound to the account and region of the stack that asks. */
export const namesFor = (scope: Construct, stage: StageName) => {
  const place = { stack: Stack.of(scope), prefix: `lazo-${stage}` };
  return {
    prefix: place.prefix,
    ...dataNames(place, stage),
    ...functionNames(place),
    ...eventNames(place),
    ...mailNames(place),
  };
};

/** Names of one stage. */
export type Names = ReturnType<typeof namesFor>;

const dataNames = ({ stack, prefix }: Place, stage: StageName) => {
  const bucket = (name: BucketName) => `${prefix}-${name}-${stack.account}-${stack.region}`;
  const secretArn = (name: string) => slashArn(stack, 'ssm', 'parameter', `lazo/${stage}/${name}`);
  return {
    table: prefix,
    tableArn: slashArn(stack, 'dynamodb', 'table', prefix),
    bucket,
    bucketArn: (name: BucketName) => `arn:${stack.partition}:s3:::${bucket(name)}`,
    secretPrefix: `/lazo/${stage}/`,
    secretArns: secretNames.map(secretArn),
  };
};

const functionNames = ({ stack, prefix }: Place) => ({
  functionName: (name: string) => `${prefix}-${name}`,
  functionArn: (name: FunctionName) => colonArn(stack, 'lambda', 'function', `${prefix}-${name}`),
  logGroup: (name: string) => `/aws/lambda/${prefix}-${name}`,
  logStreamsArn: (name: string) => colonArn(stack, 'logs', 'log-group', `/aws/lambda/${prefix}-${name}:*`),
});

const eventNames = ({ stack, prefix }: Place) => {
  const schedulerRole = (name: FunctionName) => `${prefix}-${stack.region}-schedules-${name}`;
  return {
    bus: `${prefix}-crm`,
    busArn: slashArn(stack, 'events', 'event-bus', `${prefix}-crm`),
    queue: (name: QueueName) => `${prefix}-${name}`,
    deadLetters: (name: QueueName) => `${prefix}-${name}-dlq`,
    queueArn: (name: QueueName) => bareArn(stack, 'sqs', `${prefix}-${name}`),
    queueUrlPrefix: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/lazo-`,
    scheduleGroup: prefix,
    scheduleGroupArn: slashArn(stack, 'scheduler', 'schedule-group', prefix),
    schedulesArn: slashArn(stack, 'scheduler', 'schedule', `${prefix}/*`),
    schedulerRole,
    schedulerRoleArn: (name: FunctionName) =>
      `arn:${stack.partition}:iam::${stack.account}:role/${schedulerRole(name)}`,
  };
};

const mailNames = ({ stack, prefix }: Place) => ({
  configurationSet: prefix,
  /** The name that shared/aws/mailer.ts makes of the other. */
  marketingSet: `${prefix}-marketing`,
  configurationSetArns: [prefix, `${prefix}-marketing`].map((name) =>
    slashArn(stack, 'ses', 'configuration-set', name),
  ),
  identitiesArn: slashArn(stack, 'ses', 'identity', '*'),
  /** From where messages leave: numbers and ids of senders, numbers of WhatsApp. */
  textSendersArns: ['phone-number', 'sender-id'].map((kind) => slashArn(stack, 'sms-voice', kind, '*')),
  whatsAppNumbersArn: slashArn(stack, 'social-messaging', 'phone-number-id', '*'),
  receiptRule: prefix,
  receiptRuleArn: (ruleSet: string) => slashArn(stack, 'ses', 'receipt-rule-set', `${ruleSet}:receipt-rule/${prefix}`),
  inboundTopic: `${prefix}-inbound-mail`,
  inboundTopicArn: bareArn(stack, 'sns', `${prefix}-inbound-mail`),
});

const slashArn = (stack: Stack, service: string, resource: string, resourceName: string): string =>
  stack.formatArn({ service, resource, resourceName });

const colonArn = (stack: Stack, service: string, resource: string, resourceName: string): string =>
  stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

const bareArn = (stack: Stack, service: string, resource: string): string =>
  stack.formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
