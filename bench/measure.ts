// How the bench measures: medians of repeated runs, so that what else the machine does weighs less.

/** Runs of everything that is timed; the median counts. */
export const runs = 5;

/** The middle value. */
export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds of waiting and of this process's CPU for one call, in the median. */
export type Cost = { readonly elapsed: number; readonly cpu: number };

/** Measures several ways to do something in turns, so that a busy moment of the machine meets all of them. */
export const compare = async <Name extends string>(
  ways: Readonly<Record<Name, () => Promise<unknown>>>,
  { calls, warmUp = calls }: { readonly calls: number; readonly warmUp?: number },
): Promise<Readonly<Record<Name, Cost>>> => {
  const entries = Object.entries<() => Promise<unknown>>(ways);
  const costs = new Map<string, Cost[]>(entries.map(([name]) => [name, []]));
  for (const [, call] of entries) await times(warmUp, call);
  for (let run = 0; run < runs; run += 1)
    for (const [name, call] of entries) costs.get(name)?.push(await costOf(calls, call));
  return Object.fromEntries([...costs].map(([name, each]) => [name, medianCost(each)])) as Record<Name, Cost>;
};

const times = async (count: number, call: () => Promise<unknown>): Promise<readonly number[]> => {
  const elapsed: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const from = performance.now();
    await call();
    elapsed.push(performance.now() - from);
  }
  return elapsed;
};

const costOf = async (calls: number, call: () => Promise<unknown>): Promise<Cost> => {
  const from = process.cpuUsage();
  const elapsed = median(await times(calls, call));
  const { user, system } = process.cpuUsage(from);
  return { elapsed, cpu: (user + system) / 1000 / calls };
};

const medianCost = (costs: readonly Cost[]): Cost => ({
  elapsed: median(costs.map(({ elapsed }) => elapsed)),
  cpu: median(costs.map(({ cpu }) => cpu)),
});
