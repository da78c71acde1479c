import type { Actor, Registry } from '#kernel';
import type { Runtime } from '#kernel/context';
import type { WebhookHint } from './hint.operations.ts';

/** A worker at one endpoint. */
export type Worker = WebhookHint & {
  readonly runtime: Runtime;
  /** The registry with the tenant's own fields. */
  readonly registry: Registry;
  readonly actor: Actor;
  /** What its work is called in the audit trail. */
  readonly what: string;
  /** The endpoint's partition of the table. */
  readonly pk: string;
  readonly by: string;
};

/** A moment some seconds later. */
export const later = (now: Date, seconds: number): string => new Date(now.getTime() + seconds * 1000).toISOString();

/** Whole seconds to a moment; none when it has come. */
export const secondsTo = (moment: string, now: Date): number =>
  Math.max(0, Math.ceil((Date.parse(moment) - now.getTime()) / 1000));
