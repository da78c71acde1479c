import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const script = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
  const { openPorts } = await import('./ports.ts');
  const ports = openPorts();
  const open = loaded.filter((url) => /@aws-sdk|@smithy/.test(url)).length;
  const refused = await ports.queues.send('jobs', [{ body: 1 }]).catch((error) => error.code ?? error.name);
  const clients = new Set(loaded.flatMap((url) => /@aws-sdk\\/(client-[^/]+)/.exec(url)?.[1] ?? []));
  console.log(JSON.stringify({ open, refused, clients: [...clients] }));
`;

describe('the ports', () => {
  it('load no SDK until one is used, and then only its client', () => {
    const nowhere = 'http://127.0.0.1:1';
    const queue = {
      QUEUE_URL_PREFIX: `${nowhere}/1/lazo-`,
      STAGE: 'dev',
      AWS_ENDPOINT_URL_SQS: nowhere,
      AWS_MAX_ATTEMPTS: '1',
    };
    const access = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    const env = { PATH: process.env['PATH'], TABLE_NAME: 'lazo', ...queue, ...access };
    const options = { cwd: join(import.meta.dirname), env, encoding: 'utf8' } as const;
    const printed = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], options);
    expect(JSON.parse(printed)).toEqual({
      open: 0,
      refused: 'ECONNREFUSED',
      clients: ['client-sqs'],
    });
  });
});
