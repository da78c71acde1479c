// A unit of work outside the API: what the product itself does in a tenant, written as one.
import type { Actor } from './access.ts';
import { commit } from './commit.ts';
import type { Context, Runtime } from './context.ts';
import { untilWon } from './lost-race.ts';
import { newMeter } from './table.ts';
import { openUnit } from './unit.ts';
import { contextOf } from './unit-repository.ts';

/** Tries of work that loses races. */
const mostTries = 4;

/**
 * Runs work as an actor and writes what it staged: all or nothing. When another write comes first, it is run again.
 * `name` is what the audit trail shows as its operation.
 */
export const workAs = async <Answer>(
  runtime: Runtime,
  actor: Actor,
  name: string,
  run: (context: Context) => Promise<Answer>,
): Promise<Answer> => untilWon(mostTries, () => workOnce(runtime, actor, name, run));

const workOnce = async <Answer>(
  runtime: Runtime,
  actor: Actor,
  name: string,
  run: (context: Context) => Promise<Answer>,
): Promise<Answer> => {
  const unit = openUnit({
    runtime,
    actor,
    table: runtime.ports.table,
    operation: name,
    writes: true,
    correlationId: runtime.ids.next('cor'),
  });
  const answer = await run(contextOf(unit, newMeter()));
  await commit(unit);
  return answer;
};
