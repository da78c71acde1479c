// Events: what happened to a record. The row carries its last one; the log keeps them all.
import { createHash } from 'node:crypto';

/** From where something was done: the operation, job, reaction or timer, and the program and network of whoever called it. */
export type Origin = {
  readonly operation: string;
  /** What the program calls itself, at most 80 characters. */
  readonly client?: string;
  readonly ip?: 'IPv4' | 'IPv6';
};

/** The mark that a write leaves on its row: which event this version is. */
export type EventMark = {
  readonly id: string;
  /** Past tense: `quote.accepted`. */
  readonly type: string;
  readonly at: string;
  /** The actor's id. */
  readonly by: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly from?: Origin;
  /** Hash of the idempotency key, and of the input sent with it. */
  readonly key?: string;
  readonly fingerprint?: string;
  /** No effects outside: mass imports. */
  readonly silent?: boolean;
  /** Of a write aside: the last version before it that was none; who has read that one is up to date. */
  readonly since?: number;
  /** The version came with a backup, and its log entry with it: nothing happened. */
  readonly restored?: true;
};

/** A field's change. */
export type Change = { readonly from?: unknown; readonly to?: unknown };

/** The event contract on bus `crm` (design.md section 3). */
export type DomainEvent = {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly at: string;
  readonly actor: string;
  readonly record: { readonly type: string; readonly id: string; readonly version: number };
  /** The record after the event; left out above 200 KB, and where versions are lost. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly dataOmitted?: true;
  readonly changed: Readonly<Record<string, Change>>;
  /** Of `<entity>.versionsLost`: the versions that never reached the log, both ends included. */
  readonly lost?: { readonly from: number; readonly to: number };
  /** Position in the tenant's feed shard: dense, from 1. */
  readonly sequence: number;
  readonly shard: number;
  readonly correlationId: string;
  readonly causationId?: string;
  /** From where it was done; absent in events from before that was noted. */
  readonly from?: Origin;
  readonly silent?: boolean;
  /** The product keeps up something by itself; history and timeline leave it out. */
  readonly aside?: true;
};

/** What the log says in place of versions that never reached it: `account.versionsLost`. */
export const lostVerb = 'versionsLost';

/** Shards of a tenant's feed. */
export const feedShards = 8;

/** A number below `shards` that a text always yields. */
export const shardOf = (text: string, shards: number): number => {
  if (shards === 1) return 0;
  return createHash('md5').update(text).digest().readUInt16BE(0) % shards;
};

/** Whether an event type matches a pattern: `quote.accepted`, `quote.*`, `*`. */
export const matchesType = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));

/** `PENDING_APPROVAL` -> `pendingApproval`, the verb of a state move that names none. */
export const verbOf = (state: string): string =>
  state.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
