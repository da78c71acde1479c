// Timers: at their minute, due records are taken by a conditional write on their version, so that each fires once.
import {
  ConditionFailed,
  newMeter,
  type AnyEntity,
  type AnyRow,
  type AnyTimer,
  type Expression,
  type Item,
  type Key,
  type Position,
  type Runtime,
} from '#kernel';
import { commit } from '#kernel/commit';
import { idempotencyOf, Replay } from '#kernel/idempotency';
import { untilWon } from '#kernel/lost-race';
import { dueKeys, dueShards, identityOf, rowKey } from '#kernel/rows';
import { load, openUnit, type Unit } from '#kernel/unit';
import { contextOf } from '#kernel/unit-repository';

/** Fires what is due in a minute (`2026-11-22T10:05`). Answers how many fired and which failed. */
export const fireMinute = async (
  runtime: Runtime,
  minute: string,
): Promise<{ readonly fired: number; readonly failed: readonly string[] }> => {
  return fireAll(runtime, await dueItems(runtime, { from: minute, to: minute }));
};

/** Tries of a timer before which another write came: it may be of a record that it looks at, and its own may still wait. */
const mostTries = 4;

const fireAll = async (runtime: Runtime, items: readonly Item[]) => {
  const failed: string[] = [];
  let fired = 0;
  for (const item of items) {
    try {
      fired += (await untilWon(mostTries, () => fireOne(runtime, item))) ? 1 : 0;
    } catch (error) {
      failed.push(item.pk);
      runtime.log.error('A timer failed; the hourly sweep tries it again.', {
        record: identityOf(item.pk).id,
        error: String(error),
      });
    }
  }
  return { fired, failed };
};

/** Fires what is still due of the given number of minutes before now: what a lost wake-up left behind. */
export const sweepMinutes = async (runtime: Runtime, minutes: number): Promise<number> => {
  const now = runtime.clock.now().getTime();
  const term = { from: minuteAt(now - minutes * 60_000), to: minuteAt(now) };
  return (await fireAll(runtime, await dueItems(runtime, term))).fired;
};

const minuteAt = (time: number): string => new Date(time).toISOString().slice(0, 16);

/** The first and the last minute of a term. */
type Term = { readonly from: string; readonly to: string };

const dueItems = async (runtime: Runtime, term: Term): Promise<readonly Item[]> => {
  const partitions = hoursOf(term).flatMap((hour) =>
    Array.from({ length: dueShards }, (_, shard) => `${hour}#${String(shard)}`),
  );
  return (await Promise.all(partitions.map((pk) => dueIn(runtime, pk, term)))).flat();
};

const hoursOf = ({ from, to }: Term): readonly string[] => {
  const hours: string[] = [];
  for (
    let hour = from.slice(0, 13);
    hour <= to;
    hour = new Date(Date.parse(`${hour}:00Z`) + 3_600_000).toISOString().slice(0, 13)
  )
    hours.push(hour);
  return hours;
};

const dueIn = async ({ ports }: Runtime, pk: string, { from, to }: Term): Promise<readonly Item[]> => {
  const found: Item[] = [];
  let after: Position | undefined;
  do {
    const sort = { from: `${from}#`, to: `${to}#~` };
    const page = await ports.table.query({ index: 'due', pk, sort, ...(after && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after);
  return found;
};

const fireOne = async (runtime: Runtime, item: Item): Promise<boolean> => {
  const { tenant, id } = identityOf(item.pk);
  const of = runtime.registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  const handler = of && runtime.registry.timers.get(of.name);
  if (!of || !handler) return false;
  const unit = await timerUnit(runtime, tenant, of);
  const row = await load(unit, of, id);
  if (!row || !isDue(runtime, of, row)) return false;
  if (handler.evenPaused !== true && (await runtime.isPaused(tenant))) return postpone(runtime, item, row);
  return runTimer(runtime, { ...unit, ...(await keyFor(runtime, row)) }, handler, row);
};

/** A timer never fires after what fulfilled it: the row itself says whether it still waits. */
const isDue = (runtime: Runtime, of: AnyEntity, row: AnyRow): boolean => {
  const due = row.archivedAt === undefined ? of.dueAt?.(row) : undefined;
  return due !== undefined && new Date(due).getTime() <= runtime.clock.now().getTime();
};

const timerUnit = async (runtime: Runtime, tenant: string, of: AnyEntity): Promise<Unit> =>
  openUnit({
    runtime,
    actor: await runtime.actorFor(tenant, `timer:${of.name}`),
    table: runtime.ports.table,
    operation: `timer:${of.name}`,
    writes: true,
    correlationId: runtime.ids.next('cor'),
  });

const keyFor = async (runtime: Runtime, row: AnyRow) => ({
  idempotency: idempotencyOf(
    await runtime.ports.secrets.get('idempotency'),
    'system',
    'timer',
    `${row.id}#${String(row.version)}`,
    {},
  ),
});

const runTimer = async (runtime: Runtime, unit: Unit, handler: AnyTimer, row: AnyRow): Promise<boolean> => {
  try {
    await handler.run(row as never, contextOf(unit, newMeter()));
    const movedOn = unit.staged.has(row.id);
    await commit(unit);
    if (!movedOn) await clearDue(runtime, unit.actor.tenant, row);
    return true;
  } catch (error) {
    if (error instanceof Replay) return false;
    throw error;
  }
};

/** The handler left the row as it was: its timer is spent all the same. */
const clearDue = (runtime: Runtime, tenant: string, row: AnyRow): Promise<void> =>
  setDue(runtime, rowKey(tenant, row.id), row, { text: 'REMOVE duepk, duesk' });

/** How long a timer of a paused tenant waits before it asks again; the hourly sweep then finds it. */
const pausedHours = 6;

/** The timer is neither lost nor fired: it asks again later, and fires when the tenant goes on. */
const postpone = async (runtime: Runtime, { pk }: Item, row: AnyRow): Promise<false> => {
  const later = minuteAt(runtime.clock.now().getTime() + pausedHours * 3_600_000);
  const { duepk, duesk } = dueKeys(later, identityOf(pk).tenant, row.id);
  await setDue(runtime, { pk, sk: 'row' }, row, {
    text: 'SET duepk = :pk, duesk = :sk',
    values: { ':pk': duepk, ':sk': duesk },
  });
  return false;
};

/** Changes when a row is due, unless it has moved on meanwhile. Its version and event stay. */
const setDue = async ({ ports }: Runtime, key: Key, row: AnyRow, update: Expression): Promise<void> => {
  try {
    await ports.table.write({
      kind: 'update',
      key,
      update,
      condition: { text: '#version = :version', names: { '#version': 'version' }, values: { ':version': row.version } },
    });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
};
