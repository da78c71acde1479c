// Signed links: one purpose, one record, an end. Whoever holds one may do that one thing, without an account.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError } from './errors.ts';
import type { SignedLink } from './public-page.ts';

const seal = (secret: string, body: string): Buffer => createHmac('sha256', secret).update(`link|${body}`).digest();

/** The token of a link. */
export const signLink = (secret: string, link: SignedLink): string => {
  const body = Buffer.from(JSON.stringify(link)).toString('base64url');
  return `${body}.${seal(secret, body).toString('base64url')}`;
};

/** The link that a token carries. @throws LINK_INVALID when it is forged or for another purpose, LINK_EXPIRED */
export const openLink = (secret: string, purpose: string, token: string, now: Date): SignedLink => {
  const [body = '', mark = ''] = token.split('.');
  const given = Buffer.from(mark, 'base64url');
  const expected = seal(secret, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid();
  const link = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as SignedLink;
  if (link.purpose !== purpose) throw invalid();
  if (new Date(link.until) <= now) throw new DomainError('LINK_EXPIRED', 'This link is no longer valid.');
  return link;
};

const invalid = (): DomainError => new DomainError('LINK_INVALID', 'This link is not valid.');
