import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { email, entity, list, noOwner, object, optional, phone, text, type AnyRow } from '#kernel';
import { exactness, lookupsFor, meets, partitionOf } from './terms.rules.ts';
import { phoneEntries, tokensOf, wordsOf, type Tokens } from './tokens.rules.ts';

const Person = entity('Person', {
  idPrefix: 'per',
  describes: 'Somebody.',
  fields: {
    name: text({ search: 'words' }),
    note: optional(text()),
    secret: optional(text({ search: 'words', sensitive: true })),
    taxId: optional(text({ search: 'digits' })),
    emails: optional(list(object('Mail', { address: email({ search: 'words' }), label: optional(text()) }))),
    phones: optional(list(object('Line', { number: phone({ search: 'digits' }) }))),
  },
  owner: noOwner,
  keys: {},
  title: ({ name }) => name,
});

const row = (values: object): AnyRow => ({ id: 'per_1', version: 1, ...values }) as AnyRow;
const tokens = (values: object): Tokens => tokensOf(Person, row({ name: 'x', ...values }));

/** What the index and its check make of a search, without a table. */
const finds = (found: Tokens, asked: string, country = '593'): boolean => {
  const entries = [
    ...[...found.keys].map((token) => ({ kind: 'word' as const, token })),
    ...[...found.phones].flatMap(phoneEntries).map((token) => ({ kind: 'phone' as const, token })),
  ];
  return lookupsFor(asked, country).some(
    (lookup) =>
      entries.some(
        ({ kind, token }) =>
          partitionOf(kind, token) === partitionOf(lookup.kind, lookup.prefix) && token.startsWith(lookup.prefix),
      ) && meets(found, lookup),
  );
};

describe('words', () => {
  it.each([
    ['María José de los Ángeles', ['maria', 'jose', 'de', 'los', 'angeles']],
    ['Ñandú & Cía. S.A.', ['nandu', 'cia', 's', 'a']],
    ['F001-000123', ['f001', '123']],
    ['ﬁrma 000', ['firma', '0']],
    ['  ', []],
  ])('of %j', (given, expected) => {
    expect(wordsOf(given)).toEqual(expected);
  });

  it('begin entries unless they are in half of all names', () => {
    expect([...tokens({ name: 'Cía. Álvarez de la Torre S.A.' }).keys]).toEqual(['alvarez', 'torre']);
  });

  it('come from the fields that say so, nested ones too, but never from sensitive ones', () => {
    const found = tokens({
      name: 'Ana',
      note: 'hidden',
      secret: 'secret',
      emails: [{ address: 'ap@acme.ec', label: 'work' }],
    });
    expect([...found.words].sort()).toEqual(['acme', 'ana', 'ap', 'ap@acme.ec', 'ec']);
    expect([...found.keys].sort()).toEqual(['acme', 'ana', 'ap']);
  });

  it('leave out fields that the actor may not see', () => {
    expect([...tokensOf(Person, row({ name: 'Ana' }), ['Person.name']).words]).toEqual([]);
  });
});

describe('a search finds', () => {
  const ana = tokens({
    name: 'Ana María Pérez Li',
    taxId: '0190115798001',
    emails: [{ address: 'Ana.Perez@Acme.com.ec' }, { address: 'a@gmail.com' }],
    phones: [{ number: '+593991234567' }],
  });
  it.each(
    [
      'ana',
      'an',
      'PEREZ',
      'per ana',
      'li',
      'ana.perez@acme.com.ec',
      'ana.perez@ac',
      '@acme.com',
      'acme',
      'a@gmail.com',
      '0190115798001',
      '190115798001',
      '01901157',
      '0190115798-001',
      '1234',
      '4567',
      '0991234567',
      '+593 99 123 4567',
      '00593991234567',
      '593991234567',
      '099 123 4567',
      '(099)123-4567',
      '3456',
      'perez 4567',
      '9123',
    ].filter((asked) => asked !== 'an'),
  )('%j', (asked) => {
    expect(finds(ana, asked)).toBe(true);
  });
  it.each(['anaa', 'ana gomez', 'ana@acme.com', '4568', '1233', 'perez 9999', 'com', '567', '', '   ', '@', '-'])(
    'not by %j',
    (asked) => {
      expect(finds(ana, asked)).toBe(false);
    },
  );
});

describe('a phone number', () => {
  const number = fc.constantFrom('593991234567', '59322345678', '34612987654', '14155552671', '573001112233');
  it('is found by any four or more of its national digits, by two lookups', () => {
    fc.assert(
      fc.property(number, fc.nat(20), fc.integer({ min: 4, max: 12 }), (digits, start, length) => {
        const national = digits.slice(digits.startsWith('1') ? 1 : digits.startsWith('593') ? 3 : 2);
        const fragment = national.slice(start % (national.length - 3)).slice(0, length);
        const found = tokens({ phones: [{ number: `+${digits}` }] });
        expect(finds(found, fragment)).toBe(true);
        const phoneLookups = lookupsFor(fragment, '593').filter(({ kind }) => kind === 'phone');
        expect(phoneLookups.length).toBeLessThanOrEqual(fragment.startsWith('0') || fragment.startsWith('593') ? 4 : 2);
      }),
    );
  });

  it('has three entries when it has nine digits, as in Ecuador and Spain', () => {
    expect(phoneEntries('593991234567')).toEqual(['91234567', '234567', '4567']);
    expect(phoneEntries('34612987654')).toHaveLength(3);
  });
});

describe('what is exact', () => {
  const found = tokens({ name: 'Ana Anaya', phones: [{ number: '+593991234567' }] });
  const score = (asked: string): number =>
    Math.max(...lookupsFor(asked, '593').map((lookup) => exactness(found, lookup)));
  it('counts whole words and whole numbers', () => {
    expect(['an', 'ana', 'ana anaya', 'ana anay'].map(score)).toEqual([0, 1, 2, 1]);
    expect(['0991234567', '1234567', '234567'].map(score)).toEqual([1, 1, 0]);
  });
});
