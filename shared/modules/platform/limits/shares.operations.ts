import type { Runtime } from '#kernel';
import { ConditionFailed } from '#kernel/table';

/** A count of something within a time, by its name: one conditional write, however many containers count. */
export type Share = {
  readonly tenant: string;
  readonly name: string;
  /** No share is given once so much was taken. */
  readonly most: number;
  /** How much is taken at once; one when absent. */
  readonly take?: number;
};

/** How long a count is kept: a day, for those who ask why somebody was refused. */
const keptSeconds = 86_400;

const endOf = (clock: Runtime['clock']): number => Math.floor(clock.now().getTime() / 1000) + keptSeconds;

const keyOf = (tenant: string, name: string) => ({ pk: `${tenant}#points`, sk: name });

/** How much was taken of something by now. */
export const takenOf = async (
  { ports }: { readonly ports: Pick<Runtime['ports'], 'table'> },
  tenant: string,
  name: string,
): Promise<number> => Number((await ports.table.get(keyOf(tenant, name)))?.['taken'] ?? 0);

/** Takes a share of what there is for a time; false when all of it is taken. */
export const takeShare = async (
  { ports, clock }: Pick<Runtime, 'clock'> & { readonly ports: Pick<Runtime['ports'], 'table'> },
  { tenant, name, most, take = 1 }: Share,
): Promise<boolean> => {
  const expiresAt = endOf(clock);
  try {
    await ports.table.write({
      kind: 'update',
      key: keyOf(tenant, name),
      update: { text: 'SET expiresAt = :end ADD taken :take', values: { ':end': expiresAt, ':take': take } },
      condition: { text: 'attribute_not_exists(taken) OR taken < :most', values: { ':most': most } },
    });
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
};

/** Takes a share for something that may be begun several times until it is done: once, however often it asks. */
export const takeShareFor = async (
  on: Pick<Runtime, 'clock'> & { readonly ports: Pick<Runtime['ports'], 'table'> },
  what: string,
  share: Share,
): Promise<boolean> => {
  const key = keyOf(share.tenant, `${share.name} ${what}`);
  if (await on.ports.table.get(key, { consistent: true })) return true;
  if (!(await takeShare(on, share))) return false;
  await on.ports.table.write({ kind: 'put', item: { ...key, expiresAt: endOf(on.clock) } });
  return true;
};
