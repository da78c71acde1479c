// Whether a step of a workflow would start the workflow again: told for certain where it says what it writes.
import { eventTypesOf, matchesType, wordOf, type DomainEvent } from '#kernel';
import type { SimulatedRun, World } from './simulate-world.rules.ts';
import type { Given } from './step-kinds.rules.ts';
import type { Facts, Next } from './standing.rules.ts';
import { startedOn } from './triggers.rules.ts';

type Performing = Pick<Extract<Next, { do: 'perform' }>, 'step' | 'input'>;

/** Notes what a step would have set off, and what it would have made of the record of its run. */
export const noteLoop = (world: World, run: SimulatedRun, facts: Facts, next: Performing): void => {
  const changes = changesOf(world, run, next);
  const type = changes ? ownEvent(world, facts, changes) : possibleEvent(world, next.input);
  if (changes) run.written = { ...run.written, ...changes };
  if (type === undefined) return;
  const { key } = next.step;
  const times = (world.loops.get(key)?.times ?? 0) + 1;
  world.loops.set(key, { step: key, type, isCertain: changes !== undefined, times });
};

/** What a step writes to the record of its run, where it says so: fields that are set, and the usual change of a record. */
const changesOf = ({ of }: World, run: SimulatedRun, { step, input }: Performing): Given | undefined => {
  if (step.kind === 'setField') return input['values'] as Given;
  const { operation, input: values } = input as { readonly operation?: string; readonly input?: Given };
  if (!of || operation !== `update${of.name}` || values?.['id'] !== run.record) return undefined;
  const { id: _id, version: _version, ...changes } = values ?? {};
  return changes;
};

/** The type of the event of a change, where it would start the workflow. */
const ownEvent = ({ given, of }: World, { record, now }: Facts, changes: Given): string | undefined => {
  if (!of || !record) return undefined;
  const changed = Object.entries(changes).filter(([name, to]) => record[name] !== to);
  if (changed.length === 0) return undefined;
  const event: DomainEvent = {
    ...{
      id: '',
      tenant: '',
      type: `${wordOf(of.name)}.updated`,
      schemaVersion: 1,
      at: now,
      actor: '',
      correlationId: '',
    },
    ...{ sequence: 0, shard: 0, data: { ...record, ...changes } },
    record: { type: of.name, id: record.id, version: record.version + 1 },
    changed: Object.fromEntries(changed.map(([name, to]) => [name, { from: record[name], to }])),
  };
  return startedOn(given.plan, event, given) === undefined ? undefined : event.type;
};

/** An event that an operation may have, and that the workflow would hear. */
const possibleEvent = ({ given, of }: World, { operation: name }: Given): string | undefined => {
  const { on, kind } = given.plan.trigger;
  const operation = typeof name === 'string' ? given.registry.operations.get(name) : undefined;
  if (!of || !operation || kind !== 'EVENT' || on === undefined || !JSON.stringify(operation.returns).includes(of.name))
    return undefined;
  return eventTypesOf(given.registry, of).find(({ type }) => matchesType(on, type))?.type;
};
