// `npm start`: the whole backend on this machine. Prints one line `ready {...}` when it answers (docs/local-cloud.md).
import { startCloud, type Cloud } from './cloud.ts';
import { keepOutputForReadyLine, logLine } from './log.ts';
import { readSettings } from './settings.ts';

const print = keepOutputForReadyLine();
const root = new URL('../..', import.meta.url).pathname;

let cloud: Cloud | undefined;
let ending: Promise<void> | undefined;

/** Ends once; a second signal does not wait. */
const end = (code: number): void => {
  if (ending) process.exit(code || 130);
  ending = (async () => {
    await cloud?.stop().catch((error: unknown) => {
      logLine(String(error));
    });
    process.exit(code);
  })();
};

process.on('SIGINT', () => {
  end(0);
});
process.on('SIGTERM', () => {
  end(0);
});

// npm that is gone cannot hand on a signal.
const parent = process.ppid;
if (process.env['npm_lifecycle_event'] !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent) end(0);
  }, 1_000).unref();
}

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
} catch (error) {
  logLine(error instanceof Error ? explain(error) : String(error));
  process.exit(1);
}

/** What a person can repair is one sentence; the rest comes with where it happened. */
function explain(error: Error): string {
  const isForPeople = error.name !== 'Error' && !(error instanceof TypeError);
  return isForPeople || process.env['LAZO_DEBUG'] === undefined ? error.message : (error.stack ?? error.message);
}
