// Holes in the log: versions of a record that never came through the stream. The row knows its last version, and nobody what
// the ones between said; so the last one is told again, and for the others the log says that they are lost.
import {
  customName,
  feedShards,
  lostVerb,
  shardOf,
  wordOf,
  type AnyEntity,
  type Change,
  type DomainEvent,
  type EventMark,
  type Runtime,
} from '#kernel';
import { readHistory, type Unnumbered } from '#kernel/feed';
import { ordered } from '#kernel/row-changes';

/** Versions of a record that are not in the log, both ends included. */
type Hole = { readonly from: number; readonly to: number };

/** The event that stands in the log in place of lost versions, under the last of them. */
export const lossEvent = (
  { clock, ids }: Pick<Runtime, 'clock' | 'ids'>,
  record: { readonly of: AnyEntity; readonly tenant: string; readonly id: string },
  lost: Hole,
): Unnumbered => {
  const { of, tenant, id } = record;
  const mark: EventMark = {
    id: ids.next('evt'),
    type: `${wordOf(of.name)}.${lostVerb}`,
    at: clock.now().toISOString(),
    by: 'system:reconcile',
    correlationId: ids.next('cor'),
  };
  return {
    mark,
    event: {
      id: mark.id,
      tenant,
      type: mark.type,
      schemaVersion: 1,
      at: mark.at,
      actor: mark.by,
      record: { type: of.name, id, version: lost.to },
      dataOmitted: true,
      changed: {},
      lost,
      shard: shardOf(id, feedShards),
      correlationId: mark.correlationId,
    },
  };
};

/** The last version before this one that the log has. */
export const lastLogged = async (
  { ports }: Pick<Runtime, 'ports'>,
  tenant: string,
  id: string,
  before: number,
): Promise<DomainEvent | undefined> => (await readHistory(ports.table, tenant, id, { limit: 1, before }))[0];

/** Names in an event's data that differ in every version. */
const everNew: ReadonlySet<string> = new Set(['version', 'updatedAt']);

/** An event whose version before it is lost: what it changed is what differs from the last version that is known. */
export const changedSince = <Event extends Omit<DomainEvent, 'sequence'>>(
  event: Event,
  known: DomainEvent | undefined,
): Event => {
  if (!known?.data || !event.data) return event;
  const [was, is] = [fieldsIn(known.data), fieldsIn(event.data)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !everNew.has(name));
  const differing = names.filter((name) => JSON.stringify(ordered(was[name])) !== JSON.stringify(ordered(is[name])));
  return { ...event, changed: Object.fromEntries(differing.map((name) => [name, changeOf(was[name], is[name])])) };
};

type Values = Readonly<Record<string, unknown>>;

/** Fields by the names under which events tell their changes: `name`, `custom.size`. */
const fieldsIn = ({ [customName]: custom, ...fields }: Values): Values => ({
  ...fields,
  ...Object.fromEntries(
    Object.entries((custom ?? {}) as Values).map(([key, value]) => [`${customName}.${key}`, value]),
  ),
});

const changeOf = (from: unknown, to: unknown): Change => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});
