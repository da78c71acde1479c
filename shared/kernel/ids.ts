// Ids: `<prefix>_<ULID>`, sortable by creation; an idempotent create derives its id instead.
import { createHmac, randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Clock } from './clock.ts';

/** Makes ids; injected, so that tests know them. */
export type Ids = { next(prefix: string): string };

/** Ids that sort by creation, also within one millisecond. Node keeps random numbers in store; by itself `ulid` asks for each letter. */
export const ulids = (clock: Clock): Ids => {
  const next = monotonicFactory(() => randomInt(32) / 32);
  return { next: (prefix) => `${prefix}_${next(clock.now().getTime())}` };
};

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The id that a given secret and parts always yield; same shape as a ULID, without its time. */
export const derivedId = (prefix: string, secret: string, parts: readonly string[]): string => {
  const digest = createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
  const body = Array.from(digest.subarray(0, 26), (byte) => alphabet[byte % 32]).join('');
  return `${prefix}_${body}`;
};

const shape = /^[a-z]{2,6}_[0-9A-HJKMNP-TV-Z]{26}$/;

/** Whether the text has the shape of an id, of the given prefix where one is given. */
export const isId = (text: string, prefix?: string): boolean =>
  shape.test(text) && (prefix === undefined || text.startsWith(`${prefix}_`));

/** The prefix of an id: which entity it belongs to. */
export const prefixOf = (id: string): string => id.slice(0, id.indexOf('_'));
