// Reactions: what a module does when an event arrives. Timers: what it does when a record's time has come.
import type { Context } from './context.ts';
import type { AnyEntity, Row } from './entity.ts';
import type { DomainEvent } from './events.ts';

/** Idempotent per (reaction, event id): runs as a unit of work whose idempotency key is both. */
export type Reaction = {
  readonly name: string;
  /** For operators: why it is there. */
  readonly describes: string;
  /** Event types: `quote.accepted`, `quote.*`, `*`. */
  readonly on: readonly string[];
  /** Records that it will look at besides the event's own, as far as the event tells: a batch of events reads them at once. */
  reads?(event: DomainEvent): readonly string[];
  run(event: DomainEvent, context: Context): Promise<void>;
};

/** Declares a reaction. */
export const reaction = (name: string, spec: Omit<Reaction, 'name'>): Reaction => ({ name, ...spec });

/** What happens when `dueAt` of a record has come. Fires once per version; not at all when the record has moved on. */
export type Timer<E extends AnyEntity = AnyEntity> = {
  readonly of: E;
  readonly describes: string;
  /** It fires also while nothing new may begin in its tenant. */
  readonly evenPaused?: true;
  run(row: Row<E>, context: Context): Promise<void>;
};
/** Any timer, when its entity does not matter. */
export type AnyTimer = {
  readonly of: AnyEntity;
  readonly describes: string;
  readonly evenPaused?: true;
  run(row: never, context: Context): Promise<void>;
};

/** Declares the timer of an entity whose declaration has `dueAt`. */
export const timer = <E extends AnyEntity>(of: E, spec: Omit<Timer<E>, 'of'>): Timer<E> => ({ of, ...spec });
