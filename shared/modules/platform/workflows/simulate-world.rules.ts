// The world of a simulation: records as the log tells them, runs that nobody wrote down, and what they would have done.
import type { AnyEntity, AnyRow, DomainEvent, Registry } from '#kernel';
import type { WorkingTime } from '#modules/platform/settings';
import type { Plan } from './plan.rules.ts';
import type { Effect, LoopFound, Match, simulatedStates } from './simulate-report.rules.ts';
import type { Given } from './step-kinds.rules.ts';
import type { Standing } from './standing.rules.ts';
import type { Waiting } from './waiting.rules.ts';
import type { Decision } from './workflow-run.entity.ts';

/** What a simulation is made of. The same gives the same report. */
export type Simulation = {
  readonly plan: Plan & { readonly name: string };
  /** The events of the period, the oldest first. */
  readonly events: readonly DomainEvent[];
  /** Moments of its timetable in the period, where it has one. */
  readonly moments: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly isComplete: boolean;
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

/** What a simulation keeps while it goes on. */
export type World = {
  readonly given: Simulation;
  /** The kind of record that the plan runs on. */
  readonly of: AnyEntity | undefined;
  readonly records: Map<string, AnyRow>;
  readonly runs: SimulatedRun[];
  /** Of a record; under no name those without one. */
  readonly runsOn: Map<string, SimulatedRun[]>;
  readonly waiting: Set<SimulatedRun>;
  readonly queue: Queued[];
  readonly matches: Match[];
  readonly effects: Effect[];
  readonly loops: Map<string, LoopFound>;
};

/** A world before anything has happened. */
export const newWorld = (given: Simulation): World => ({
  given,
  of: given.plan.of === undefined ? undefined : given.registry.entities.get(given.plan.of),
  records: new Map(),
  runs: [],
  runsOn: new Map(),
  waiting: new Set(),
  queue: [],
  matches: [],
  effects: [],
  loops: new Map(),
});

/** What an event says of its record from now on. */
export const learn = ({ records }: World, { record, data, at }: DomainEvent): void => {
  if (data) records.set(record.id, { ...data, id: record.id, version: record.version, updatedAt: at } as AnyRow);
};

/** Whether a run goes on. */
export const goesOn = ({ status }: SimulatedRun): boolean =>
  status === 'RUNNING' || status === 'WAITING' || status === 'COMPENSATING';
