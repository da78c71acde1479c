import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInvoker, type Invoker } from './invoke.ts';
import type { FunctionWiring } from '../wiring.ts';

const wired = (entry: FunctionWiring['entry'], timeoutSeconds = 5): FunctionWiring => ({
  entry,
  memory: 256,
  timeoutSeconds,
  triggers: [],
  may: [],
});

let root: string;
let invoker: Invoker;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lazo-functions-'));
  mkdirSync(join(root, 'functions'));
  writeFileSync(
    join(root, 'functions/echo.ts'),
    'let calls = 0; export const handler = (event, context) => ({ event, calls: ++calls, left: context.getRemainingTimeInMillis(), ...context });',
  );
  writeFileSync(
    join(root, 'functions/slow.ts'),
    'export const handler = () => new Promise((done) => setTimeout(done, 5000).unref());',
  );
  writeFileSync(join(root, 'functions/none.ts'), 'export const other = 1;');
  const functions = {
    echo: wired('functions/echo.ts'),
    slow: wired('functions/slow.ts', 0.05),
    none: wired('functions/none.ts'),
    absent: wired('functions/absent.ts'),
  };
  invoker = createInvoker({ functions, queues: {} }, root);
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('the invoker', () => {
  it('gives the handler its event and a context, and keeps it between calls', async () => {
    await invoker.invoke('echo', { a: 1 });
    expect(await invoker.invoke('echo', { a: 2 })).toMatchObject({
      event: { a: 2 },
      calls: 2,
      functionName: 'echo',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:lazo-local-echo',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      left: expect.any(Number),
    });
  });

  it('ends a call at its time limit', async () => {
    await expect(invoker.invoke('slow', {})).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('knows which functions are there', async () => {
    expect([invoker.has('echo'), invoker.has('absent'), invoker.has('unknown')]).toEqual([true, false, false]);
    await expect(invoker.invoke('none', {})).rejects.toThrow(/exports no function called handler/);
    await expect(invoker.invoke('unknown', {})).rejects.toThrow(/names no function unknown/);
  });
});
