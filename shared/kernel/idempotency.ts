// Idempotency: the same key twice does the work once, and the second caller gets the first one's answer.
import { createHash } from 'node:crypto';
import { DomainError } from './errors.ts';
import type { EventMark } from './events.ts';
import { ordered } from './row-changes.ts';
import type { Idempotency } from './unit.ts';
import type { Item, Key } from './table.ts';

/** Thrown inside an operation when its work was done before under the same key; `record` names the row, else a guard has the answer. */
export class Replay extends Error {
  override readonly name = 'Replay';
  readonly record: string | undefined;
  constructor(record?: string) {
    super('This was done before under the same idempotency key.');
    this.record = record;
  }
}

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);

/** The key as it is kept: bound to actor and operation. */
export const idempotencyOf = (
  secret: string,
  actor: string,
  operation: string,
  key: string,
  input: unknown,
): Idempotency => ({
  key: digest([actor, operation, key]),
  fingerprint: digest([ordered(input)]),
  secret,
});

const keyReused = (): DomainError =>
  new DomainError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was sent before with another input.', [
    'idempotencyKey',
  ]);

/** Whether a row's last event was made under this key. @throws IDEMPOTENCY_KEY_REUSED when the input was another */
export const isReplayOf = (item: Item, idempotency: Idempotency): boolean => {
  const event = item['event'] as EventMark | undefined;
  return assertSameInput(event?.key === idempotency.key, event?.fingerprint, idempotency);
};

const assertSameInput = (sameKey: boolean, fingerprint: unknown, idempotency: Idempotency): boolean => {
  if (sameKey && fingerprint !== idempotency.fingerprint) throw keyReused();
  return sameKey;
};

/** How long a guard keeps the answer of an operation over several rows. */
const guardDays = 7;

/** Where the guard of a key lies. */
export const guardKey = (tenant: string, idempotency: Idempotency): Key => ({
  pk: `${tenant}#idempotency#${idempotency.key}`,
  sk: 'guard',
});

/** The guard item: input's fingerprint and the answer, frozen to ids. */
export const guardItem = (tenant: string, idempotency: Idempotency, result: unknown, now: string): Item => ({
  ...guardKey(tenant, idempotency),
  fingerprint: idempotency.fingerprint,
  result,
  expiresAt: Math.floor(Date.parse(now) / 1000) + guardDays * 86_400,
});

/** The answer that a guard keeps, if it still counts. @throws IDEMPOTENCY_KEY_REUSED */
export const keptResult = (
  item: Item | undefined,
  idempotency: Idempotency,
  now: string,
): { readonly result: unknown } | undefined => {
  if (!item || Number(item['expiresAt']) < Math.floor(Date.parse(now) / 1000)) return undefined;
  assertSameInput(true, item['fingerprint'], idempotency);
  return { result: item['result'] };
};
