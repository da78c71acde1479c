// What follows an event inside the product: read models, timeline, reactions. Each idempotent, so that any event may come twice.
import { applyProjections, type Applied } from './apply-projections.ts';
import { commit } from './commit.ts';
import type { Runtime } from './context.ts';
import { registryFor } from './custom-fields.ts';
import { matchesType, type DomainEvent } from './events.ts';
import { followOwner } from './follow-owner.ts';
import { idempotencyOf, Replay } from './idempotency.ts';
import { untilWon } from './lost-race.ts';
import type { Reaction } from './reaction.ts';
import type { Registry } from './registry.ts';
import { fromItem } from './rows.ts';
import { newMeter, type Item } from './table.ts';
import { timelineItems } from './timeline.ts';
import { openUnit, type Loaded, type Unit } from './unit.ts';
import { contextOf } from './unit-repository.ts';

/** Handles a batch of events. Answers those that failed, by event id, with the cause; the others are done. */
export const consumeEvents = async (
  runtime: Runtime,
  events: readonly DomainEvent[],
): Promise<ReadonlyMap<string, unknown>> => {
  const failed = new Map<string, unknown>();
  for (const [tenant, group] of Map.groupBy(events, (event) => event.tenant)) {
    const besides = group.flatMap((event) =>
      reactionsTo(runtime.registry, event).flatMap((each) => each.reads?.(event) ?? []),
    );
    const { failed: stale, rows } = await project(runtime, tenant, group, besides);
    for (const event of group) if (stale.has(event.record.id)) failed.set(event.id, stale.get(event.record.id));
    const known = knownRows(await registryFor(runtime, tenant, [...rows.values()]), rows, besides);
    for (const event of group) {
      const cause = await reactTo(runtime, event, known);
      if (cause !== undefined) failed.set(event.id, cause);
    }
  }
  return failed;
};

/** Brings read models and timelines up to date; what reactions will look at is read in the same request. */
const project = (
  runtime: Runtime,
  tenant: string,
  events: readonly DomainEvent[],
  besides: readonly string[],
): Promise<Applied> =>
  applyProjections(
    runtime.ports.table,
    runtime,
    tenant,
    events.map(({ record }) => record.id),
    { besides, alongside: entriesOf(runtime.registry, events) },
  );

/** Rows as they were when the batch began, all of them after its events, or that they were not there. Whoever writes one takes it out. */
type Known = Map<string, Loaded | undefined>;

const knownRows = (registry: Registry, rows: Applied['rows'], asked: readonly string[]): Known => {
  const absent = asked.filter((id) => !rows.has(id)).map((id) => [id, undefined] as const);
  const found = [...rows].flatMap(([id, item]) => {
    const of = registry.entities.get(String(item['entity']));
    return of ? [[id, { of, item, row: fromItem(of, item) }] as const] : [];
  });
  return new Map([...absent, ...found]);
};

/** What events put on timelines, by the record that they are of; one that came twice, once. */
const entriesOf = (registry: Registry, events: readonly DomainEvent[]): ReadonlyMap<string, readonly Item[]> => {
  const distinct = [...new Map(events.map((event) => [event.id, event])).values()];
  const grouped = Map.groupBy(distinct, ({ record }) => record.id);
  return new Map([...grouped].map(([id, group]) => [id, group.flatMap((event) => timelineItems(registry, event))]));
};

/** The reactions that an event calls. */
export const reactionsTo = (registry: Registry, event: DomainEvent): readonly Reaction[] =>
  registry.reactions.filter((each) => each.on.some((pattern) => matchesType(pattern, event.type)));

const reactTo = async (runtime: Runtime, event: DomainEvent, known: Known): Promise<unknown> => {
  const steps = [
    { name: 'followOwner', run: () => followOwner(runtime, event) },
    ...reactionsTo(runtime.registry, event).map((each) => ({
      name: each.name,
      run: () => runReaction(runtime, each, event, known),
    })),
  ];
  for (const { name, run } of steps) {
    try {
      await run();
    } catch (error) {
      runtime.log.error('A reaction failed.', {
        reaction: name,
        event: event.id,
        type: event.type,
        error: String(error),
      });
      return error;
    }
  }
  return undefined;
};

/** Runs one reaction as a unit of work whose idempotency key is (reaction, event): twice does it once. */
const runReaction = (runtime: Runtime, each: Reaction, event: DomainEvent, known: Known): Promise<void> =>
  untilWon(mostTries, async () => {
    const unit = await reactionUnit(runtime, each.name, event);
    for (const id of [event.record.id, ...(each.reads?.(event) ?? [])]) recall(unit, known, id);
    try {
      await each.run(event, contextOf(unit, newMeter()));
      await commit(unit);
    } catch (error) {
      if (!(error instanceof Replay)) throw error;
    } finally {
      // Written now, or changed by somebody else: the next one to ask reads it anew.
      for (const id of [...unit.staged.keys(), ...unit.held.keys()]) known.delete(id);
    }
  });

const recall = (unit: Unit, known: Known, id: string): void => {
  if (!known.has(id)) return;
  const found = known.get(id);
  if (found) unit.loaded.set(id, found);
  else unit.absent.add(id);
};

/** Tries of a reaction that loses races; the queue then sends its event again. */
const mostTries = 4;

const reactionUnit = async (runtime: Runtime, name: string, event: DomainEvent): Promise<Unit> => {
  const secret = await runtime.ports.secrets.get('idempotency');
  return openUnit({
    runtime,
    actor: await runtime.actorFor(event.tenant, name),
    table: runtime.ports.table,
    operation: name,
    writes: true,
    correlationId: event.correlationId,
    causationId: event.id,
    idempotency: idempotencyOf(secret, 'system', name, event.id, {}),
    ...(event.silent === true && { silent: true }),
  });
};
