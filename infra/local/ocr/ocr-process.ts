// The parent's hand on the process that reads pictures: started by the first picture, ended when it has been idle.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromOcr, ToOcr } from './process.ts';
import type { SeenLine } from './seen.ts';

/** Reads pictures, one at a time. */
export type OcrProcess = {
  /** The lines of text on a PNG or JPEG. @throws Error when it is none, or the process has ended */
  read(picture: Uint8Array): Promise<readonly SeenLine[]>;
  isRunning(): boolean;
  stop(): Promise<void>;
};

/** `folder` is where it keeps its languages; `idleSeconds` how long it stays without work. */
export type OcrOptions = { readonly folder: string; readonly idleSeconds?: number };

type Waiting = { readonly resolve: (lines: readonly SeenLine[]) => void; readonly reject: (problem: Error) => void };
type State = { child?: ChildProcess; idle?: NodeJS.Timeout; asked: number; readonly waiting: Map<number, Waiting> };

/** A process that is started when it is needed. It takes 200 MB and more, so that it does not stay. */
export function ocrProcess(options: OcrOptions): OcrProcess {
  const state: State = { asked: 0, waiting: new Map() };
  return {
    stop: () => end(state),
    isRunning: () => state.child !== undefined,
    read(picture) {
      clearTimeout(state.idle);
      state.child ??= start(state, options);
      const number = (state.asked += 1);
      const { promise, resolve, reject } = Promise.withResolvers<readonly SeenLine[]>();
      state.waiting.set(number, { resolve, reject });
      state.child.send({ number, picture } satisfies ToOcr);
      return promise;
    },
  };
}

const start = (state: State, { folder, idleSeconds = 60 }: OcrOptions): ChildProcess => {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), [folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  child.on('message', (answer: FromOcr) => {
    settle(state, answer);
    if (state.waiting.size === 0) state.idle = setTimeout(() => void end(state), idleSeconds * 1000).unref();
  });
  child.once('exit', () => {
    if (state.child !== child) return;
    delete state.child;
    for (const number of [...state.waiting.keys()])
      settle(state, { number, problem: 'The process that reads pictures has ended.' });
  });
  return child;
};

const settle = ({ waiting }: State, { number, lines, problem }: FromOcr): void => {
  const asking = waiting.get(number);
  waiting.delete(number);
  if (lines) asking?.resolve(lines);
  else asking?.reject(new Error(problem));
};

const end = async (state: State): Promise<void> => {
  clearTimeout(state.idle);
  const { child } = state;
  if (child?.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};
