// The world of a simulation: records as the log tells them, runs that nobody wrote down, and what they would have done.
import { prefixOf, type AnyEntity, type AnyRow, type DomainEvent, type Registry } from '#kernel';
import type { WorkingTime } from '#modules/platform/settings';
import type { Plan } from './plan.rules.ts';
import type { Counts, LoopFound, simulatedStates, Told } from './simulate-report.rules.ts';
import type { Given } from './step-kinds.rules.ts';
import type { Standing } from './standing.rules.ts';
import type { Waiting } from './waiting.rules.ts';
import type { Decision } from './workflow-run.entity.ts';

/** What a simulation is made of. The same gives the same report. */
export type Simulation = {
  readonly plan: Plan & { readonly name: string };
  /** How much the report lists of each sort. */
  readonly listed: number;
  readonly registry: Registry;
  readonly country: string;
  readonly timeZone: string;
  readonly working?: WorkingTime;
  readonly decides: 'APPROVED' | 'REJECTED';
  /** A record as it was before the period, where no event of it tells; by the log alone. */
  recordAt(id: string, moment: string): Promise<AnyRow | undefined>;
  /** Whether a record is within the scope of the plan, where the record itself does not say. */
  isInScope(record: AnyRow): Promise<boolean>;
};

/** A piece of the past. */
export type Slice = {
  /** Its events, the oldest first. */
  readonly events: readonly DomainEvent[];
  /** Moments of the timetable in it, where there is one. */
  readonly moments: readonly string[];
};

/** A run that was only thought of. */
export type SimulatedRun = {
  readonly number: number;
  readonly record: string | undefined;
  readonly trigger: Given;
  readonly cause: string;
  readonly startedAt: string;
  status: (typeof simulatedStates)[number];
  standing: Standing;
  decisions: readonly Decision[];
  wait: { readonly wait: Waiting; readonly until: string | undefined } | undefined;
  /** What its own writes would have made of its record. */
  written: Given;
  endedAt?: string;
  problem?: string;
};

/** What waits for its turn on a record. */
export type Queued = Pick<SimulatedRun, 'record' | 'trigger' | 'cause'>;

/** What there is on a record: how many runs began, when the last ones did, who goes on, and who waits for a turn. */
export type Place = {
  started: number;
  lately: readonly string[];
  open: readonly SimulatedRun[];
  queued: readonly Queued[];
};

/** What a simulation keeps while it goes on. */
export type World = {
  readonly given: Simulation;
  /** The kind of record that the plan runs on. */
  readonly of: AnyEntity | undefined;
  readonly records: Map<string, AnyRow>;
  /** By record; under no name what runs without one. */
  readonly places: Map<string, Place>;
  /** Runs that wait, the one that is due first before the others. */
  readonly waiting: SimulatedRun[];
  readonly counts: Counts;
  readonly loops: Map<string, LoopFound>;
  /** Whether all events of the period were read, as far as it has gone. */
  isComplete: boolean;
  /** What the report lists, as far as it was not taken away. */
  readonly told: Told;
};

/** A world as it is put away between two pieces of a period; `told` apart. */
export type KeptWorld = {
  readonly records: readonly (readonly [string, AnyRow])[];
  readonly places: readonly (readonly [string, Place])[];
  /** The numbers of the runs that wait, in order. */
  readonly waiting: readonly number[];
  readonly counts: Counts;
  readonly loops: readonly (readonly [string, LoopFound])[];
  readonly isComplete: boolean;
};

const nothing: KeptWorld = {
  ...{ records: [], places: [], waiting: [], loops: [], isComplete: true },
  counts: { events: 0, matched: 0, started: 0, completed: 0, failed: 0, open: 0, mails: 0, writes: 0, others: 0 },
};

/** A world as it was put away, or before anything has happened. */
export const openWorld = (given: Simulation, kept: KeptWorld = nothing): World => {
  const open = new Map(kept.places.flatMap(([, place]) => place.open.map((run) => [run.number, run] as const)));
  return {
    given,
    of: given.plan.of === undefined ? undefined : given.registry.entities.get(given.plan.of),
    records: new Map(kept.records),
    places: new Map(kept.places),
    waiting: kept.waiting.flatMap((number) => open.get(number) ?? []),
    counts: { ...kept.counts },
    loops: new Map(kept.loops),
    isComplete: kept.isComplete,
    told: { matches: [], runs: [], mails: [], writes: [], others: [] },
  };
};

/** What is put away of a world. */
export const keptOf = ({ records, places, waiting, counts, loops, isComplete }: World): KeptWorld => ({
  ...{ records: [...records], places: [...places], counts, loops: [...loops], isComplete },
  waiting: waiting.map(({ number }) => number),
});

/** What an event says from now on of a record that the plan may run on. */
export const learn = ({ of, records }: World, { record, data, at }: DomainEvent): void => {
  if (data && prefixOf(record.id) === of?.idPrefix)
    records.set(record.id, { ...data, id: record.id, version: record.version, updatedAt: at } as AnyRow);
};

/** What there is on a record, or without one. */
export const placeOf = ({ places }: World, record = ''): Place => {
  const known = places.get(record) ?? { started: 0, lately: [], open: [], queued: [] };
  places.set(record, known);
  return known;
};

/** A run waits behind those that are due no later. */
export const letWait = ({ waiting }: World, run: SimulatedRun): void => {
  const until = dueOf(run);
  const behind = waiting.findLastIndex((each) => dueOf(each) <= until);
  waiting.splice(behind + 1, 0, run);
};

/** A run waits no longer. */
export const stopWaiting = ({ waiting }: World, run: SimulatedRun): void => {
  const index = waiting.indexOf(run);
  if (index >= 0) waiting.splice(index, 1);
};

/** When the wait of a run ends by itself; those that never do come last. */
export const dueOf = ({ wait }: SimulatedRun): string => wait?.until ?? '~';

/** Whether a run goes on. */
export const goesOn = ({ status }: SimulatedRun): boolean =>
  status === 'RUNNING' || status === 'WAITING' || status === 'COMPENSATING';
