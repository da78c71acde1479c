import { describe, expect, it } from '@jest/globals';
import { unpackTnef } from './tnef.rules.ts';

const attribute = (id: number, value: Buffer, length = value.length): Buffer => {
  const lead = Buffer.alloc(9);
  lead.writeUInt8(2, 0);
  lead.writeUInt16LE(id, 1);
  lead.writeUInt32LE(length, 5);
  return Buffer.concat([lead, value, Buffer.alloc(2)]);
};
const packed = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]), ...parts]);
const file = (name: string, text: string): readonly Buffer[] => [
  attribute(0x9002, Buffer.alloc(14)),
  attribute(0x8010, Buffer.from(`${name}\0`, 'latin1')),
  attribute(0x800f, Buffer.from(text)),
];
const read = (bytes: Buffer) => unpackTnef(bytes).map(({ name, bytes: content }) => [name, String(content)]);

describe('winmail.dat', () => {
  it('gives its files', () => {
    const body = attribute(0x800c, Buffer.from('Hola'));
    expect(read(packed(body, ...file('año.pdf', 'uno'), ...file('b.txt', 'dos')))).toEqual([
      ['año.pdf', 'uno'],
      ['b.txt', 'dos'],
    ]);
  });

  it('of files without end gives the first', () => {
    const many = Array.from({ length: 300 }, (_none, at) => file(String(at), 'x')).flat();
    expect(read(packed(...many)).map(([name]) => name)).toEqual(Array.from({ length: 100 }, (_none, at) => String(at)));
  });

  it.each([
    ['nothing', Buffer.alloc(0), []],
    ['another signature', Buffer.from('winmail.dat'), []],
    [
      'a file that says it is longer than all',
      packed(...file('a', 'b'), attribute(0x800f, Buffer.from('c'), 4e9)),
      [['a', 'b']],
    ],
    ['data of no file', packed(attribute(0x800f, Buffer.from('c'))), []],
    ['an attribute that is cut off', packed(...file('a', 'b')).subarray(0, -6), []],
    ['noise', Buffer.concat([packed(), Buffer.alloc(50_000, 0xff)]), []],
    ['zeros', Buffer.concat([packed(), Buffer.alloc(50_000)]), []],
  ])('of %s ends nothing', (_what, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });
});
