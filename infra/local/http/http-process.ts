// The parent's hand on the process of the HTTP API.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromParent, ToParent } from './process.ts';

/** A running HTTP process. Each message is answered before the call settles. */
export type HttpProcess = {
  say(message: FromParent): Promise<ToParent>;
  /** Called when it ends unasked. */
  onExit(listener: () => void): void;
  /** Lets go of the port; it may listen again. */
  close(): Promise<void>;
  stop(): Promise<void>;
};

const stopTimeout = 5_000;

/** Starts the process; its output goes to our standard error. */
export function startHttpProcess(): HttpProcess {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), { stdio: ['ignore', 2, 2, 'ipc'] });
  let stopping = false;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const say = (message: FromParent): Promise<ToParent> => answerTo(child, message, ended);
  return {
    say,
    onExit: (listener) =>
      void ended.then(() => {
        if (!stopping) listener();
      }),
    async close() {
      if (child.connected) await say({ say: 'close' }).catch(() => undefined);
    },
    async stop() {
      stopping = true;
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeout);
      if (child.connected) await say({ say: 'stop' }).catch(() => undefined);
      await ended;
      clearTimeout(timer);
    },
  };
}

const answerTo = async (child: ChildProcess, message: FromParent, ended: Promise<void>): Promise<ToParent> => {
  const { promise, resolve, reject } = Promise.withResolvers<ToParent>();
  const listen = (answer: ToParent): void => {
    if (answer.done !== message.say) return;
    child.off('message', listen);
    if (answer.problem === undefined) resolve(answer);
    else reject(new Error(answer.problem));
  };
  child.on('message', listen);
  void ended.then(() => {
    reject(new Error('The process of the HTTP API ended.'));
  });
  child.send(message);
  return promise;
};
