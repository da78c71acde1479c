// THE map of the system: each function, what triggers it, what it may touch. infra/aws deploys it, infra/local runs it.

/** A queue between the bus and a consumer. Each has a dead-letter queue `<name>-dlq` after `receives` tries. */
export type QueueWiring = { readonly visibilitySeconds: number; readonly receives: number };

/** EventBridge pattern, as AWS writes it. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** What calls a function. */
export type Trigger =
  | { readonly on: 'http'; readonly routes: readonly `${'GET' | 'POST' | 'OPTIONS' | 'ANY'} /${string}`[] }
  | {
      readonly on: 'stream';
      readonly batchSize: number;
      readonly windowSeconds: number;
      readonly retries: number;
      /** Records that the function is called for; a Lambda filter is an event pattern. */
      readonly filter?: EventPattern;
    }
  | {
      readonly on: 'bus';
      readonly bus: 'crm' | 'default';
      readonly pattern: EventPattern;
      readonly queue: QueueName;
      readonly batchSize: number;
    }
  | { readonly on: 'queue'; readonly queue: QueueName; readonly batchSize: number }
  | { readonly on: 'one-shots' }
  | { readonly on: 'schedule'; readonly expression: string; readonly input: Readonly<Record<string, string>> }
  | { readonly on: 'listening' }
  | { readonly on: 'mail'; readonly queue: QueueName; readonly prefix: string };

/** What a function may touch; infra/aws turns each into a least-privilege statement. */
export type Grant =
  | 'table:read'
  | 'table:write'
  | 'bus:publish'
  | 'realtime:publish'
  | 'scheduler:create'
  | 'files:read'
  | 'inbound:read'
  | 'files:write'
  | 'mail:send'
  | 'messages:send'
  | 'messages:fetch'
  | 'documents:read'
  | 'identities:invite'
  | 'failures:write'
  | 'failures:redrive'
  | 'secrets:read'
  | `queue:send:${QueueName}`;

/** One Lambda function. */
export type FunctionWiring = {
  readonly entry: `functions/${string}.ts`;
  readonly memory: number;
  readonly timeoutSeconds: number;
  readonly triggers: readonly Trigger[];
  readonly may: readonly Grant[];
};

/** Queues that exist today; at most 8 (design.md section 3), dead-letter queues apart. */
export const queues = {
  react: { visibilitySeconds: 180, receives: 5 },
  workflows: { visibilitySeconds: 360, receives: 5 },
  jobs: { visibilitySeconds: 960, receives: 5 },
  'mail-out': { visibilitySeconds: 180, receives: 5 },
  'mail-feedback': { visibilitySeconds: 180, receives: 5 },
  electronic: { visibilitySeconds: 540, receives: 5 },
  'mail-in': { visibilitySeconds: 360, receives: 5 },
  webhooks: { visibilitySeconds: 360, receives: 5 },
} as const satisfies Record<string, QueueWiring>;

export type QueueName = keyof typeof queues;

/** Domain events; internal consumers see them all, replays included (they are idempotent). */
const domainEvents: EventPattern = { source: ['lazo.crm'] };

/** For consumers with effects outside: what a replay of the archive tells again has had them. */
const toldOnce: EventPattern = { ...domainEvents, 'replay-name': [{ exists: false }] };

/** What may start a workflow: not what is told again, nor mass imports, nor the runs themselves. */
const newEvents: EventPattern = {
  ...toldOnce,
  'detail-type': [{ 'anything-but': { prefix: 'workflowRun.' } }],
  detail: { silent: [{ exists: false }] },
};

/** Rows of entities; log, parts, links and read models are written beside them and say nothing new. */
const entityRows: EventPattern = { dynamodb: { Keys: { sk: { S: ['row'] } } } };

/** SES events arrive on the default bus only. */
const sesEvents: EventPattern = { source: ['aws.ses'] };

/** What any operation of the domain may touch: functions that run operations of every module may touch all of it. */
const whatOperationsTouch = [
  'table:read',
  'table:write',
  'files:read',
  'files:write',
  'secrets:read',
  'queue:send:jobs',
  'queue:send:workflows',
  'queue:send:mail-out',
  'queue:send:electronic',
  'scheduler:create',
] as const satisfies readonly Grant[];

export const functions = {
  graphql: {
    entry: 'functions/graphql.ts',
    memory: 1769,
    timeoutSeconds: 29,
    triggers: [{ on: 'http', routes: ['GET /graphql', 'POST /graphql', 'OPTIONS /graphql'] }],
    may: [...whatOperationsTouch, 'identities:invite', 'documents:read', 'queue:send:webhooks'],
  },
  public: {
    entry: 'functions/public.ts',
    memory: 1024,
    timeoutSeconds: 29,
    triggers: [
      {
        on: 'http',
        routes: [
          'ANY /f/{proxy+}',
          'ANY /s/{proxy+}',
          'ANY /p/{proxy+}',
          'ANY /u/{proxy+}',
          'ANY /ical/{proxy+}',
          'ANY /hooks/{proxy+}',
          'ANY /files/{proxy+}',
        ],
      },
    ],
    may: [
      'table:read',
      'table:write',
      'files:read',
      'files:write',
      'secrets:read',
      'queue:send:jobs',
      'queue:send:workflows',
      'queue:send:mail-out',
    ],
  },
  'authorize-realtime': {
    entry: 'functions/authorize-realtime.ts',
    memory: 1024,
    timeoutSeconds: 10,
    triggers: [{ on: 'listening' }],
    may: ['table:read', 'table:write', 'secrets:read'],
  },
  'record-events': {
    entry: 'functions/record-events.ts',
    memory: 1024,
    timeoutSeconds: 60,
    triggers: [
      { on: 'stream', batchSize: 100, windowSeconds: 0, retries: 5, filter: entityRows },
      { on: 'schedule', expression: 'rate(1 day)', input: { task: 'reconcile' } },
    ],
    may: ['table:read', 'table:write', 'bus:publish', 'scheduler:create', 'failures:write', 'failures:redrive'],
  },
  react: {
    entry: 'functions/react.ts',
    memory: 1024,
    timeoutSeconds: 60,
    triggers: [{ on: 'bus', bus: 'crm', pattern: domainEvents, queue: 'react', batchSize: 50 }],
    may: [...whatOperationsTouch, 'realtime:publish'],
  },
  'run-workflows': {
    entry: 'functions/run-workflows.ts',
    memory: 1024,
    timeoutSeconds: 120,
    triggers: [{ on: 'bus', bus: 'crm', pattern: newEvents, queue: 'workflows', batchSize: 20 }],
    may: [...whatOperationsTouch, 'identities:invite', 'documents:read', 'queue:send:webhooks'],
  },
  'run-due': {
    entry: 'functions/run-due.ts',
    memory: 1024,
    timeoutSeconds: 300,
    triggers: [{ on: 'one-shots' }, { on: 'schedule', expression: 'rate(1 hour)', input: { task: 'sweep' } }],
    may: [...whatOperationsTouch, 'queue:send:webhooks'],
  },
  'run-jobs': {
    entry: 'functions/run-jobs.ts',
    memory: 1769,
    timeoutSeconds: 900,
    triggers: [{ on: 'queue', queue: 'jobs', batchSize: 1 }],
    may: [...whatOperationsTouch, 'queue:send:webhooks', 'messages:fetch'],
  },
  'send-mail': {
    entry: 'functions/send-mail.ts',
    memory: 1024,
    timeoutSeconds: 60,
    triggers: [{ on: 'queue', queue: 'mail-out', batchSize: 10 }],
    may: ['table:read', 'table:write', 'files:read', 'secrets:read', 'mail:send', 'messages:send'],
  },
  'mail-feedback': {
    entry: 'functions/mail-feedback.ts',
    memory: 1024,
    timeoutSeconds: 60,
    triggers: [{ on: 'bus', bus: 'default', pattern: sesEvents, queue: 'mail-feedback', batchSize: 10 }],
    may: ['table:read', 'table:write', 'secrets:read'],
  },
  'deliver-webhooks': {
    entry: 'functions/deliver-webhooks.ts',
    memory: 1024,
    timeoutSeconds: 120,
    triggers: [{ on: 'bus', bus: 'crm', pattern: toldOnce, queue: 'webhooks', batchSize: 50 }],
    may: ['table:read', 'table:write', 'secrets:read', 'queue:send:mail-out', 'queue:send:webhooks'],
  },
  'receive-mail': {
    entry: 'functions/receive-mail.ts',
    memory: 1769,
    timeoutSeconds: 120,
    triggers: [{ on: 'mail', queue: 'mail-in', prefix: 'inbound/' }],
    may: ['table:read', 'table:write', 'files:write', 'inbound:read', 'secrets:read', 'queue:send:mail-out'],
  },
  'send-electronic': {
    entry: 'functions/send-electronic.ts',
    memory: 1024,
    timeoutSeconds: 180,
    triggers: [{ on: 'queue', queue: 'electronic', batchSize: 1 }],
    may: [
      'table:read',
      'table:write',
      'files:read',
      'files:write',
      'secrets:read',
      'queue:send:mail-out',
      'queue:send:electronic',
    ],
  },
} as const satisfies Record<string, FunctionWiring>;

export type FunctionName = keyof typeof functions;

/**
 * Environment of every function. infra/aws and infra/local set all of them; shared/aws/environment.ts alone reads them.
 * Services are found through the SDK's own AWS_ENDPOINT_URL_<SERVICE>, which only the local cloud sets.
 */
export const environment = {
  TABLE_NAME: 'name of the table',
  BUS_NAME: 'name of the event bus crm',
  FILES_BUCKET: 'bucket of tenant files',
  FAILURES_BUCKET: 'bucket of stream records that could not be recorded',
  QUEUE_URL_PREFIX: 'URL before the queue name: <prefix><stage>-<queue>',
  SCHEDULER_GROUP: 'group of one-shot schedules',
  SCHEDULER_ROLE_ARN: 'role that lets the scheduler call run-due',
  RUN_DUE_ARN: 'function that one-shots call',
  MAIL_DOMAIN: 'domain of sender addresses when a tenant has none of its own',
  MAIL_CONFIGURATION_SET: 'SES configuration set',
  SECRETS: 'JSON {signing, idempotency, sealing} on the local cloud; an SSM parameter name prefix `ssm:/...` in AWS',
  OIDC_ISSUERS: 'JSON list {issuer, audience, clientId?, jwksUri?, kind: cognito | oidc}',
  IDENTITIES: 'cognito:<user pool id>, or the URL of the local issuer',
  PUBLIC_URL: 'base URL of the HTTP API, for links',
  REALTIME: 'JSON {publish, listen}: where notices are published, where clients listen',
  WEB_STAND_INS: 'JSON {origin: base URL} of what is called in place of services outside; `{}` but on the local cloud',
  INTROSPECTION: '`on` where the API tells its schema to anyone who asks `__schema`; elsewhere `off`',
  STAGE: 'local, dev or prod; names the deployment, never branches the code',
} as const;

export type EnvironmentName = keyof typeof environment;
