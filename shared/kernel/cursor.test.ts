import { describe, expect, it } from '@jest/globals';
import { openCursor, sealCursor } from './cursor.ts';

const secret = 'a secret of tests';
const query = '["Contact","byName"]';
const position = 'salary-0000250000#con_01';
const refused = (cursor: string, by = secret, of = query): boolean => {
  try {
    openCursor(by, of, cursor);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_INPUT', path: ['after'] });
    return true;
  }
};

describe('a cursor', () => {
  it.each([position, '', 'ñandú 🦙#acc_1', 'x'.repeat(5000)])('gives back its position', (each) => {
    expect(openCursor(secret, query, sealCursor(secret, query, each))).toBe(each);
  });

  it('does not say what the list is sorted by', () => {
    const cursor = sealCursor(secret, query, position);
    expect(cursor).toMatch(/^[\w-]+$/);
    for (const encoding of ['base64url', 'latin1'] as const)
      expect(Buffer.from(cursor, encoding).toString('latin1')).not.toMatch(/salary|250000|con_/);
  });

  it('is one and the same for one place of one query, and no other', () => {
    expect(sealCursor(secret, query, position)).toBe(sealCursor(secret, query, position));
    const others = [sealCursor(secret, 'another', position), sealCursor('another', query, position)];
    expect(new Set([...others, sealCursor(secret, query, position)].map((each) => each.slice(0, 16))).size).toBe(3);
  });

  it('is refused by another query, another secret, and when any part of it was changed', () => {
    const cursor = sealCursor(secret, query, position);
    expect([refused(cursor, secret, 'another'), refused(cursor, 'another')]).toEqual([true, true]);
    const bytes = Buffer.from(cursor, 'base64url');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(refused(changed.toString('base64url'))).toBe(true);
    }
    for (const more of ['x', '=', '.', ' ', 'AAAA']) expect(refused(`${cursor}${more}`)).toBe(true);
    for (const length of bytes.keys()) expect(refused(bytes.subarray(0, length).toString('base64url'))).toBe(true);
  });

  it.each(['', 'x', '....', 'é', '\u0000', 'A'.repeat(1_000_000)])('that is made up is refused', (text) => {
    expect(refused(text)).toBe(true);
  });
});
