// `npm start`: the whole backend on this machine. Prints one line `ready {...}` when it answers (docs/local-cloud.md).
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startCloud, type Cloud } from './cloud.ts';
import { useNewContainers } from './containers.ts';
import { giveBackMemory } from './give-back.ts';
import { startHttpProcess } from './http/http-process.ts';
import { keepOutputForReadyLine, logLine, surviveStrayRejections } from './log.ts';
import { whenNpmIsGone } from './orphan.ts';
import { readSettings } from './settings.ts';

const print = keepOutputForReadyLine();
surviveStrayRejections();

const root = process.env['LAZO_ROOT'] ?? fileURLToPath(new URL('../..', import.meta.url));

/** Work that does not end in this time begins again at the next start. */
const endPatience = 8_000;

/** Ctrl-C comes twice: from the terminal, and handed on by npm. One that comes later than this means it. */
const sameSignal = 1_000;

const http = startHttpProcess();
let cloud: Cloud | undefined;
let endingSince: number | undefined;

const end = (code: number): void => {
  if (endingSince !== undefined) {
    if (Date.now() - endingSince > sameSignal) process.exit(code || 130);
    return;
  }
  endingSince = Date.now();
  setTimeout(() => process.exit(code), endPatience).unref();
  const stop = async (): Promise<void> => {
    await cloud?.stop();
    await http.stop();
  };
  stop()
    .catch((error: unknown) => {
      logLine(String(error));
    })
    .finally(() => process.exit(code));
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    end(0);
  });
}

whenNpmIsGone(() => {
  end(0);
});

const onFailure = (problem: string): void => {
  logLine(problem);
  end(1);
};

http.onExit(() => {
  onFailure('The process of the HTTP API has ended.');
});

const start = async (): Promise<void> => {
  const settings = readSettings(process.env);
  cloud = await startCloud({ settings, root, http, log: logLine, onFailure });
  print(`ready ${JSON.stringify(cloud.ready)}`);
};

const startOver = async (): Promise<void> => {
  await cloud?.stop();
  rmSync(readSettings(process.env).dataDir, { recursive: true, force: true });
  useNewContainers(root);
  await start();
};

const giveUp = (error: unknown): never => {
  logLine(error instanceof Error ? explain(error) : String(error));
  process.exit(1);
};

// A program that forked this one, such as a test, may have it begin anew without data; without that program it ends.
process.on('message', (message) => {
  if (message === 'start over') startOver().catch(giveUp);
});
process.on('disconnect', () => {
  end(0);
});

await start().catch(giveUp);
giveBackMemory();

/** What a person can repair is one sentence; for the rest, where it happened. */
function explain(error: Error): string {
  const isForPeople =
    ['Error', 'PortTaken', 'DataFolderInUse'].includes(error.name) && process.env['LAZO_DEBUG'] === undefined;
  return isForPeople ? error.message : (error.stack ?? error.message);
}
