import { describe, expect, it } from '@jest/globals';
import { DomainError } from './errors.ts';
import { openLink, signLink } from './signed-links.ts';

const link = { purpose: 'sign-quote', tenant: 'ten_1', record: 'quo_1', until: '2026-12-01T00:00:00.000Z' };
const now = new Date('2026-11-22T00:00:00Z');
const token = signLink('secret', link);
const codeOf = (open: () => unknown): string => {
  try {
    open();
    return 'opened';
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
};

describe('a signed link', () => {
  it('opens to what it was signed for', () => {
    expect(openLink('secret', 'sign-quote', token, now)).toEqual(link);
  });
  it('does not open for another purpose, with another secret, changed, or empty', () => {
    const changed = `${Buffer.from(JSON.stringify({ ...link, record: 'quo_2' })).toString('base64url')}.${token.split('.')[1] ?? ''}`;
    const tries = [
      () => openLink('secret', 'unsubscribe', token, now),
      () => openLink('other', 'sign-quote', token, now),
      () => openLink('secret', 'sign-quote', changed, now),
      () => openLink('secret', 'sign-quote', '', now),
    ];
    expect(tries.map(codeOf)).toEqual(Array.from(tries, () => 'LINK_INVALID'));
  });
  it('ends', () => {
    expect(codeOf(() => openLink('secret', 'sign-quote', token, new Date(link.until)))).toBe('LINK_EXPIRED');
  });
});
