// Parts of the local cloud for their own tests: on a file of their own, one behind a port.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClock, type LocalClock } from '#infra/local/clock';
import { listen, type Answer, type Listener } from '#infra/local/listen';
import { openStore, type Store } from '#infra/local/store';

/** An open file with a clock. `reopen` closes it and opens it again, as a new process would. */
export type TrialStore = {
  readonly folder: string;
  readonly store: Store;
  readonly clock: LocalClock;
  reopen(): void;
  remove(): void;
};

/** A file in a folder of its own. */
export function openTrialStore(): TrialStore {
  const folder = mkdtempSync(join(tmpdir(), 'lazo-part-'));
  const file = join(folder, 'cloud.sqlite');
  let store = openStore(file);
  let clock = openClock(store);
  return {
    folder,
    get store() {
      return store;
    },
    get clock() {
      return clock;
    },
    reopen() {
      store.close();
      store = openStore(file);
      clock = openClock(store);
    },
    remove() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Keys by which tests sign. */
export const trialKeys = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What every SDK client of a test is told. */
export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: trialKeys,
  maxAttempts: 1,
});

/** Serves one part on a free port. */
export const serveTrial = (answer: Answer): Promise<Listener> => listen(0, answer);

/** Waits until `isTrue`, a little at a time. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, milliseconds = 5_000): Promise<void> {
  const ends = Date.now() + milliseconds;
  while (!(await isTrue())) {
    if (Date.now() > ends) throw new Error('It did not become true in time.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
