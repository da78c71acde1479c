// Runs Lambda handlers in this process, as Lambda would call them: event, context, a time limit.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { Wiring } from './wiring.ts';
import { functionArn, region } from './names.ts';

/** Calls a function by its name in the wiring; answers what its handler answers. */
export type Invoke = (functionName: string, event: unknown) => Promise<unknown>;

/** What runs functions. */
export type Invoker = {
  readonly invoke: Invoke;
  /** Whether the function's file is there. */
  has(functionName: string): boolean;
  /** Loads a function ahead of its first call. */
  load(functionName: string): Promise<void>;
};

/** A function that took longer than the wiring allows. Its work may still go on: a process cannot stop it. */
export class TaskTimedOut extends Error {
  override readonly name = 'TaskTimedOut';
}

type LambdaContext = Omit<Context, 'done' | 'fail' | 'succeed'>;

type Handler = (event: unknown, context: LambdaContext) => unknown;

/** Functions of a project folder. Handlers are loaded at their first call and kept, as in a warm container. */
export function createInvoker({ functions }: Wiring, root: string): Invoker {
  const loaded = new Map<string, Promise<Handler>>();
  const fileOf = (name: string): string => resolve(root, functions[name]?.entry ?? '');
  const handlerOf = (name: string): Promise<Handler> => {
    const known = loaded.get(name) ?? loadHandler(fileOf(name));
    loaded.set(name, known);
    return known;
  };
  return {
    has: (name) => name in functions && existsSync(fileOf(name)),
    async load(name) {
      await handlerOf(name);
    },
    async invoke(name, event) {
      const wiring = functions[name];
      if (!wiring) throw new Error(`infra/wiring.ts names no function ${name}.`);
      const handler = await handlerOf(name);
      return withinLimit(wiring.timeoutSeconds, (ends) => handler(event, contextOf(name, wiring.memory, ends)));
    },
  };
}

const loadHandler = async (file: string): Promise<Handler> => {
  const { handler } = (await import(pathToFileURL(file).href)) as { handler?: Handler };
  if (typeof handler !== 'function') throw new Error(`${file} exports no function called handler.`);
  return handler;
};

const withinLimit = async (seconds: number, run: (ends: number) => unknown): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TaskTimedOut(`Task timed out after ${seconds} seconds.`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([run(Date.now() + seconds * 1000), limit]);
  } finally {
    clearTimeout(timer);
  }
};

/** Without the callbacks of old Node versions, which Lambda no longer has. */
const contextOf = (name: string, memory: number, ends: number): LambdaContext => ({
  callbackWaitsForEmptyEventLoop: false,
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn(name),
  memoryLimitInMB: String(memory),
  awsRequestId: randomUUID(),
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: `${region}/local`,
  getRemainingTimeInMillis: () => Math.max(0, ends - Date.now()),
});
