// Cursors: where a page ended, signed and bound to the query that made it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from './errors.ts';

const seal = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('base64url').slice(0, 16);

/** A cursor of `position` for the query with this fingerprint. */
export const sealCursor = (secret: string, query: string, position: string): string => {
  const body = Buffer.from(position).toString('base64url');
  return `${body}.${seal(secret, `${query}|${body}`)}`;
};

/** The position in a cursor. @throws BAD_INPUT when it is forged, or was made by another query */
export const openCursor = (secret: string, query: string, cursor: string): string => {
  const [body = '', mark = ''] = cursor.split('.');
  const expected = Buffer.from(seal(secret, `${query}|${body}`));
  const given = Buffer.from(mark);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new DomainError('BAD_INPUT', 'The cursor does not belong to this query.', ['after']);
  }
  return Buffer.from(body, 'base64url').toString('utf8');
};
