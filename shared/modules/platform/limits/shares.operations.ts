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
  const expiresAt = Math.floor(clock.now().getTime() / 1000) + keptSeconds;
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
