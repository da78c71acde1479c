// What an operation, job, reaction or page works with: one actor, one tenant, one unit of work.
import type { Actor } from './access.ts';
import type { Piece, PieceOutcome } from './bulk.ts';
import type { CustomFields } from './custom-fields.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import type { Ids } from './ids.ts';
import type { AnsweredBy, AnyOperation, GivenTo } from './operation.ts';
import type { Ports } from './ports.ts';
import type { Registry } from './registry.ts';
import type { Repository } from './repository.ts';
import type { Meter } from './table.ts';

/** Structured logs and metrics; never personal data. */
export type Log = {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
  /** Adds to a CloudWatch metric. */
  count(metric: string, by?: number): void;
};

/** What a container has, whoever calls. */
export type Runtime = {
  readonly registry: Registry;
  readonly ports: Ports;
  readonly clock: { now(): Date };
  readonly ids: Ids;
  readonly log: Log;
  /** The product at work in a tenant: `systemActor` with the tenant's own locale, zone, country and currency. */
  actorFor(tenant: string, what: string): Promise<Actor>;
  /**
   * Whether nothing new may begin in the tenant: its trial has ended, or it is suspended. What was accepted before is finished
   * (events are recorded, read models follow, reactions run); timers, jobs, mail and public pages wait.
   */
  isPaused(tenant: string): Promise<boolean>;
  /** The fields that a tenant has given its entities, at most a minute old unless asked for `fresh`; undefined when there are none. */
  customFieldsOf(tenant: string, fresh?: 'fresh'): Promise<CustomFields | undefined>;
};

/** What a unit of work has. */
export type Context = {
  readonly actor: Actor;
  /** Records as the actor may see and change them. */
  data<E extends AnyEntity>(of: E): Repository<E>;
  /** Records of the tenant without the actor's role: counters, side effects of a permitted operation. */
  trusted<E extends AnyEntity>(of: E): Repository<E>;
  /** Records of any entities that the actor may see, in one round trip. */
  records(ids: readonly string[]): Promise<ReadonlyMap<string, AnyRow>>;
  readonly clock: {
    now(): Date;
    /** The present moment, ISO 8601 in UTC. */
    instant(): string;
    /** The calendar day in the actor's time zone. */
    today(): string;
  };
  readonly ids: Ids;
  readonly ports: Ports;
  readonly registry: Registry;
  readonly log: Log;
  readonly meter: Meter;
  /** What caused this: shared by all events of one operation, and the event before it. */
  readonly correlationId: string;
  readonly causationId?: string;
  /** The name of the operation, reaction or job at work. */
  readonly operation: string;
  /** Runs another operation within this unit of work; the outer operation's permission has been checked, the inner one's is too. */
  run<O extends AnyOperation>(operation: O, input: GivenTo<O>): Promise<AnsweredBy<O>>;
  /**
   * Runs pieces of work, each a unit of its own that fails alone and is written at once, whatever becomes of this unit. Under
   * one idempotency key, or in one job, the same key of a piece does its work once. A rehearsal writes nothing.
   */
  together(pieces: readonly Piece[], options?: { readonly rehearsal?: boolean }): Promise<readonly PieceOutcome[]>;
  /**
   * The next number of a gapless counter, from 1. It is taken in the same write as the records that carry it. One that counts
   * for a time only is forgotten some time after `expiresAt`, in seconds of the epoch.
   */
  nextNumber(counter: string, expiresAt?: number): Promise<number>;
  /** Done once the unit has been written; for hints that may be lost (a queue message that a timer would replace). */
  afterCommit(effect: () => Promise<void>): void;
};
