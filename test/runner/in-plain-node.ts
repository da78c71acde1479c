// Loaded once in each worker. The runner calls test files in plain Node, without a sandbox for each of them (ADR 25); what it
// leaves out is here: the package `@jest/globals`, which exists in the sandbox only, and limits of time.
import { registerHooks } from 'node:module';
import { addEventHandler, type Event, type State } from 'jest-circus';

const globals = new URL('./globals.ts', import.meta.url).href;
const usualLimit = Number(process.env['LAZO_TEST_LIMIT'] ?? 30_000);

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context),
});

type Timed = { fn?: unknown; readonly timeout?: number | null | undefined };

/** Makes what was just declared fail when it takes too long: tests by their limit, hooks by theirs. */
const limit = (declared: Timed | undefined): void => {
  const { fn, timeout } = declared ?? {};
  if (!declared || typeof fn !== 'function') return;
  declared.fn = () => within(timeout ?? usualLimit, fn as () => unknown);
};

const within = async (milliseconds: number, run: () => unknown): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`It took longer than ${String(milliseconds)} ms.`));
  }, milliseconds);
  try {
    await Promise.race([Promise.resolve().then(run), late]);
  } finally {
    clearTimeout(timer);
  }
};

addEventHandler(({ name }: Event, { currentDescribeBlock: block }: State) => {
  if (name === 'add_test') limit(block.children.at(-1) as Timed | undefined);
  if (name === 'add_hook') limit(block.hooks.at(-1));
});
