// `npm start`: the whole backend on this machine. Prints one line `ready {...}` when it answers (docs/local-cloud.md).
import { fileURLToPath } from 'node:url';
import { startCloud, type Cloud } from './cloud.ts';
import { giveBackMemory } from './give-back.ts';
import { keepOutputForReadyLine, logLine, surviveStrayRejections } from './log.ts';
import { whenNpmIsGone } from './orphan.ts';
import { readSettings } from './settings.ts';

const print = keepOutputForReadyLine();
surviveStrayRejections();

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Work that does not end in this time begins again at the next start. */
const endPatience = 8_000;

/** Ctrl-C comes twice: from the terminal, and handed on by npm. One that comes later than this means it. */
const sameSignal = 1_000;

let cloud: Cloud | undefined;
let endingSince: number | undefined;

const end = (code: number): void => {
  if (endingSince !== undefined) {
    if (Date.now() - endingSince > sameSignal) process.exit(code || 130);
    return;
  }
  endingSince = Date.now();
  setTimeout(() => process.exit(code), endPatience).unref();
  const stopped = cloud?.stop() ?? Promise.resolve();
  stopped
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

try {
  const settings = readSettings(process.env);
  cloud = await startCloud({
    settings,
    root: process.env['LAZO_ROOT'] ?? root,
    log: logLine,
    onFailure: (problem) => {
      logLine(problem);
      end(1);
    },
  });
  print(`ready ${JSON.stringify(cloud.ready)}`);
  giveBackMemory();
} catch (error) {
  logLine(error instanceof Error ? explain(error) : String(error));
  process.exit(1);
}

/** What a person can repair is one sentence; for the rest, where it happened. */
function explain(error: Error): string {
  const isForPeople =
    ['Error', 'PortTaken', 'DataFolderInUse'].includes(error.name) && process.env['LAZO_DEBUG'] === undefined;
  return isForPeople ? error.message : (error.stack ?? error.message);
}
