// A small system for the tests of the local cloud: one function of each kind.
import type { FunctionWiring, QueueWiring } from '#infra/wiring';

export const queues = {
  react: { visibilitySeconds: 1, receives: 3 },
  jobs: { visibilitySeconds: 5, receives: 3 },
  'mail-out': { visibilitySeconds: 5, receives: 3 },
  'mail-feedback': { visibilitySeconds: 5, receives: 3 },
} as const satisfies Record<string, QueueWiring>;

export const functions = {
  graphql: {
    entry: 'functions/graphql.ts',
    memory: 128,
    timeoutSeconds: 2,
    triggers: [{ on: 'http', routes: ['POST /graphql', 'GET /graphql', 'ANY /f/{proxy+}'] }],
    may: [],
  },
  'record-events': {
    entry: 'functions/record-events.ts',
    memory: 128,
    timeoutSeconds: 5,
    triggers: [
      {
        on: 'stream',
        batchSize: 100,
        windowSeconds: 0,
        retries: 2,
        filter: { dynamodb: { Keys: { sk: { S: ['row'] } } } },
      },
    ],
    may: [],
  },
  react: {
    entry: 'functions/react.ts',
    memory: 128,
    timeoutSeconds: 5,
    triggers: [{ on: 'bus', bus: 'crm', pattern: { source: ['lazo.crm'] }, queue: 'react', batchSize: 50 }],
    may: [],
  },
  'run-due': {
    entry: 'functions/react.ts',
    memory: 128,
    timeoutSeconds: 5,
    triggers: [{ on: 'one-shots' }, { on: 'schedule', expression: 'rate(1 day)', input: { task: 'sweep' } }],
    may: [],
  },
  'run-jobs': {
    entry: 'functions/react.ts',
    memory: 128,
    timeoutSeconds: 5,
    triggers: [{ on: 'queue', queue: 'jobs', batchSize: 1 }],
    may: [],
  },
  'mail-feedback': {
    entry: 'functions/react.ts',
    memory: 128,
    timeoutSeconds: 5,
    triggers: [
      { on: 'bus', bus: 'default', pattern: { source: ['aws.ses'] }, queue: 'mail-feedback', batchSize: 10 },
      { on: 'mail', queue: 'mail-out', prefix: 'inbound/' },
    ],
    may: [],
  },
} as const satisfies Record<string, FunctionWiring>;
