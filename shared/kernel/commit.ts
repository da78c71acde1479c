// Commit: what a unit has staged, as one request. References are read in one batch, unique values are guarded.
import { DomainError } from './errors.ts';
import { explainFailure, planUnit, type Planned } from './planned-writes.ts';
import { referencesOfUnit, settleReferences } from './references.ts';
import { loadMany, type Unit } from './unit.ts';

/** Most writes of one operation; more is a job (design.md section 2). */
const mostWrites = 100;

/** Writes what was staged: all or nothing. `result` is kept with the idempotency guard of operations over several rows. */
export const commit = async (unit: Unit, result?: unknown, singleRow?: string): Promise<void> => {
  if (unit.staged.size + unit.counters.size > 0) {
    assertMayWrite(unit);
    await loadMany(unit, referencesOfUnit(unit));
    settleReferences(unit);
    await send(unit, planUnit(unit, result, singleRow));
  }
  for (const effect of unit.effects) await effect();
};

/** @throws TENANT_READ_ONLY when the trial of the tenant has ended */
export const assertMayWrite = ({ actor }: Unit): void => {
  if (actor.readOnlyTenant === true)
    throw new DomainError('TENANT_READ_ONLY', 'The trial has ended; convert it to go on. Nothing is lost.');
};

const send = async (unit: Unit, planned: readonly Planned[]): Promise<void> => {
  if (planned.length > mostWrites)
    throw new DomainError(
      'TOO_LARGE',
      `One operation writes at most ${String(mostWrites)} items; this one would write ${String(planned.length)}. Start a job for more.`,
    );
  try {
    const [only] = planned;
    if (planned.length === 1 && only) await unit.table.write(only.write);
    else await unit.table.transact(planned.map(({ write }) => write));
  } catch (error) {
    throw explainFailure(planned, error);
  }
};
