// A local cloud that runs the trial system beside this file: `row` -> stream -> bus -> queue -> a note about it.
import { execFileSync } from 'node:child_process';
import { startTestCloud, type CloudStart, type TestCloud } from './cloud.ts';

/** The project folder of the trial system. */
export const root = `${import.meta.dirname}/trial`;

/** What a handler was told, and when. */
export type Note = {
  readonly at: string;
  readonly what: { readonly detail?: Record<string, unknown>; readonly [name: string]: unknown };
};

/** A running trial system. */
export type TrialCloud = {
  readonly cloud: TestCloud;
  /** Has the function behind the API do something. */
  readonly order: (body: object) => Promise<unknown>;
  readonly put: (id: string, more?: object) => Promise<unknown>;
  readonly timeInHandlers: () => Promise<number>;
  readonly notesOn: (id: string) => Promise<readonly Note[]>;
};

/** Starts it. */
export const startTrialCloud = async (start: Omit<CloudStart, 'root'> = {}): Promise<TrialCloud> => {
  const cloud = await startTestCloud({ root, ...start });
  const order = async (body: object): Promise<unknown> => {
    const answer = await fetch(cloud.ready().graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  return {
    cloud,
    order,
    put: (id, more = {}) => order({ do: 'put', id, more }),
    timeInHandlers: async () => Date.parse(((await order({ do: 'time' })) as { now: string }).now),
    notesOn: async (id) => ((await order({ do: 'get', id })) as { notes?: readonly Note[] } | null)?.notes ?? [],
  };
};

/** Processes that name the data folder, or have it in their environment; waited for until there is none. */
export const processesOf = async (folder: string, patience = 3_000): Promise<readonly string[]> => {
  const ends = Date.now() + patience;
  for (;;) {
    const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command=']).toString().split('\n');
    const found = lines.filter((line) => line.includes(folder) && !/\bps axeww\b/.test(line));
    if (found.length === 0 || Date.now() > ends) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
