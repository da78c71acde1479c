// One request to the API: who asks, how records are read for it, what it has cost.
import { mayTouch, type Actor, type AnyEntity, type AnyOperation, type AnyRow, type Filter, type Page } from '#kernel';
import type { Runtime } from '#kernel/context';
import { execute, openReader, type Call } from '#kernel/execute';
import { listRows, type ListOfFields } from '#kernel/listing';
import { newMeter, type Meter } from '#kernel/table';
import type { Admission } from './caller.ts';
import { openLoaders, type Loaders } from './loaders.ts';

/** How a list was read and what that cost, for `extensions.explain`. */
export type Explanation = {
  /** Where in the answer the list stands. */
  readonly field: string;
  readonly key: string;
  readonly index: string;
  readonly partitions: number;
  readonly sort: string;
  readonly descending: boolean;
  /** Whether a filter is applied to what the key yields. */
  readonly filtered: boolean;
  readonly rows: number;
  readonly readUnits: number;
  readonly requests: number;
  readonly roundTrips: number;
};

/** What resolvers get as their context. */
export type Api = {
  readonly call: Call;
  readonly actor: Actor;
  /** `Entity.field` names that the actor may not see; absent when there are none, as nearly always. */
  readonly hidden: ReadonlySet<string> | undefined;
  readonly explanations: Explanation[];
  readonly admission: Admission | undefined;
  reading: Reading;
};

type Reading = Loaders & { list(of: AnyEntity, query: ListOfFields): Promise<Page<AnyRow>> };

/** Opens a request of an actor. */
export const openApi = (runtime: Runtime, actor: Actor, admission?: Admission): Api => {
  const meter = newMeter();
  const call: Call = { runtime, actor, meter, table: runtime.ports.table.metered(meter) };
  const { hiddenFields } = actor.rules;
  return {
    call,
    actor,
    hidden: hiddenFields.length === 0 ? undefined : new Set(hiddenFields),
    explanations: [],
    admission,
    reading: openReading(call, false),
  };
};

const openReading = (call: Call, consistent: boolean): Reading => {
  const { unit } = openReader(call);
  const loaders = openLoaders(unit, consistent);
  const list: Reading['list'] = async (of, query) => {
    const page = await listRows(unit, unit.runtime.registry.entity(of.name), query, true);
    // What a list has read whole need not be read again, unless the request has written: lists lag.
    if (!consistent && !query.fields) for (const row of page.rows) loaders.rows.prime(row.id, row);
    return page;
  };
  return { ...loaders, list };
};

/** Forgets what was read, because something was written; keeps what the write answered, and reads consistently from here on. */
export const readAfresh = (api: Api, written: readonly AnyRow[]): void => {
  api.reading = openReading(api.call, true);
  for (const row of written) api.reading.rows.prime(row.id, row);
};

/** Runs a query operation. What it has read for its answer need not be read again for the relations in it. */
export const runQuery = async (
  { call, actor, reading }: Api,
  operation: AnyOperation,
  given: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  const loaded: NonNullable<Call['loaded']> = new Map();
  const answer = await execute({ ...call, loaded }, operation, given);
  for (const [id, { of, row }] of loaded) reading.rows.prime(id, mayTouch(actor, of, row, 'read') ? row : null);
  return answer;
};

/** A list with a meter of its own, so that its price can be told. */
export const explainedList = async (
  api: Api,
  of: AnyEntity,
  query: ListOfFields,
  field: string,
): Promise<Page<AnyRow>> => {
  const meter = newMeter();
  const table = api.call.runtime.ports.table.metered(meter);
  const { unit } = openReader({ ...api.call, meter, table });
  const page = await listRows(unit, unit.runtime.registry.entity(of.name), query, true);
  addTo(api.call.meter, meter);
  api.explanations.push({ field, ...planOf(page, query.where), rows: page.rows.length, ...costOf(meter) });
  return page;
};

const planOf = ({ plan }: Page<AnyRow>, where: Filter | undefined) => ({
  key: plan.key,
  index: plan.streams[0]?.index ?? 'table',
  partitions: plan.streams.length,
  sort: plan.sort,
  descending: plan.descending,
  filtered: plan.scoped || Object.keys(where ?? {}).some((name) => !plan.used.includes(name)),
});

const costOf = ({ readUnits, requests, trips }: Meter) => ({ readUnits, requests, roundTrips: trips });

const addTo = (total: Meter, meter: Meter): void => {
  total.readUnits += meter.readUnits;
  total.writeUnits += meter.writeUnits;
  total.requests += meter.requests;
  total.trips += meter.trips;
};
