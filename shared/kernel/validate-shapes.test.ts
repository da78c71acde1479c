import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from './errors.ts';
import {
  boolean,
  date,
  dateTime,
  decimal,
  email,
  integer,
  json,
  list,
  longText,
  money,
  number,
  object,
  percent,
  phone,
  ref,
  tags,
  text,
  url,
  type AnyField,
} from './fields.ts';
import { parseInput, parseValue } from './validate.ts';

/** The problems of a refused value, as `path: message`. */
const problemsOf = (attempt: () => unknown): readonly string[] => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof DomainError)
      return error.problems.map(({ path = [], message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
  throw new Error('Nothing was refused.');
};
const accepted = (field: AnyField, value: unknown, country?: string) => parseValue(field, value, { country });
const refused = (field: AnyField, value: unknown, country?: string) =>
  problemsOf(() => parseValue(field, value, { country })).join();

describe('text', () => {
  it('is one line of at most so many characters, as people count them', () => {
    expect(accepted(text({ max: 3 }), '👍🏽a')).toBe('👍🏽a');
    expect(refused(text({ max: 2 }), '👍🏽a')).toContain('Must be at most 2 characters.');
    expect(refused(text(), 'a\nb')).toContain('Must be one line without control characters.');
    for (const bad of ['a\u0000', 'a\u0085b', '\ud800', 'a\u2028b'])
      expect(refused(text(), bad)).toContain('control characters');
    expect(refused(text({ min: 2 }), 'a')).toContain('Must be at least 2 characters.');
    expect(refused(text(), '   ')).toContain('Must not be empty.');
    expect(accepted(text({ min: 0 }), ' ')).toBe('');
    expect(refused(text({ pattern: /^\d{3}$/ }), '12')).toContain('Must have the form ^\\d{3}$.');
    expect(refused(text(), 'x'.repeat(1_000_000))).toContain('Must be at most 200 characters.');
  });

  it('of several lines keeps line ends and tabs', () => {
    expect(accepted(longText(), 'a\r\n\tb\rc\n')).toBe('a\n\tb\nc');
    expect(refused(longText(), 'a\u0007')).toContain('control characters');
  });
});

describe('e-mails, phones and web addresses', () => {
  it('are brought to one form', () => {
    expect(accepted(email(), ' Ana.Luz+x@Example.COM ')).toBe('Ana.Luz+x@example.com');
    expect(accepted(email(), 'ana@ñandú.ec')).toBe('ana@ñandú.ec');
    expect(accepted(phone(), '099 123 4567', 'EC')).toBe('+593991234567');
    expect(accepted(phone(), '099 123 4567', 'EC')).not.toBe(accepted(phone(), '+34 612 34 56 78', 'EC'));
    expect(accepted(url(), ' https://example.com/a?b=1#c ')).toBe('https://example.com/a?b=1#c');
  });

  it('knows national numbers by the country that is asked for, also inside other fields', () => {
    const person = { phones: list(object('Phone', { number: phone() })) };
    const given = { phones: [{ number: '612 34 56 78' }] };
    expect(parseInput(person, given, { country: 'ES' })).toEqual({ phones: [{ number: '+34612345678' }] });
    expect(problemsOf(() => parseInput(person, given, { country: 'EC' }))).toEqual([
      'phones.0.number: Must be a phone number, international or of EC.',
    ]);
    expect(problemsOf(() => parseInput(person, given))[0]).toContain('Must be an international phone number');
  });

  it.each([
    'a@b',
    '@b.ec',
    'a b@c.ec',
    'a@b..ec',
    '.a@b.ec',
    'a@-b.ec',
    'a@b\n.ec',
    'a@1.2.3.4',
    `${'a'.repeat(65)}@b.ec`,
    'José@b.ec',
  ])('refuses the e-mail %j', (mail) => {
    expect(refused(email(), mail)).toContain('Must be an e-mail address.');
  });

  it.each(['javascript:alert(1)', 'ftp://a.ec', 'https://', 'https://a b', 'http://a\tb.ec'])(
    'refuses the web address %j',
    (address) => {
      expect(refused(url(), address)).toContain('Must be a web address');
    },
  );

  it('refuses a web address of more than 2,048 characters', () => {
    expect(refused(url(), `https://a.ec/${'x'.repeat(2048)}`)).toContain('Must be a web address');
  });
});

describe('numbers', () => {
  it('keep to their range', () => {
    expect(accepted(number({ min: 1, max: 2 }), 1.5)).toBe(1.5);
    expect(Object.is(accepted(number(), -0), 0)).toBe(true);
    expect(refused(number({ min: 1 }), 0)).toContain('Must be 1 or more.');
    expect(refused(number({ max: 1 }), 2)).toContain('Must be 1 or less.');
    for (const bad of ['1', NaN, Infinity, 1e200, 1e-200]) expect(refused(number(), bad)).toMatch(/Must be a number/);
    for (const bad of [1.5, 2 ** 53, '1']) expect(refused(integer(), bad)).toContain('Must be a whole number.');
  });

  it('decimals are exact, in one form', () => {
    const forms = { '12.50': '12.5', '+3': '3', '007': '7', '-0.0': '0', '0.000001': '0.000001', ' 5 ': '5' };
    for (const [given, canonical] of Object.entries(forms)) expect(accepted(decimal(), given)).toBe(canonical);
    for (const bad of ['1e3', '.5', '5.', '', '1,5', 'NaN', '0x1', '--1', 1.5])
      expect(refused(decimal(), bad)).toMatch(/Must be (a decimal number|text)/);
    expect(refused(decimal({ scale: 2 }), '1.005')).toContain('Must have at most 2 decimals.');
    expect(refused(decimal(), '1'.repeat(21))).toContain('Must have at most 20 digits before the point.');
    expect(refused(decimal({ max: '10' }), '10.000001')).toContain('Must be 10 or less.');
    expect(refused(percent(), '100.5')).toContain('Must be 100 or less.');
    expect(accepted(percent({ min: '-100' }), '-12.50')).toBe('-12.5');
  });

  it('money is whole minor units of a known currency, or an amount of it', () => {
    expect(accepted(money(), { minor: 1250, currency: 'USD' })).toEqual({ minor: 1250, currency: 'USD' });
    expect(accepted(money(), { amount: '12.5', currency: 'USD' })).toEqual({ minor: 1250, currency: 'USD' });
    expect(refused(money(), { amount: '12.505', currency: 'USD' })).toBe(
      'amount: USD has 2 decimals; 12.505 has more.',
    );
    expect(refused(money(), { amount: '12', currency: 'XXX' })).toBe(
      'currency: Must be a currency of ISO 4217, as "USD".',
    );
    expect(refused(money(), { amount: 12.5, currency: 'USD' })).toBe('amount: Must be a decimal number, as "12.5".');
    expect(refused(money(), { amount: '1', minor: 5, currency: 'USD' })).toBe('amount: There is no such field.');
    expect(refused(money(), { minor: 1.5, currency: 'USD' })).toContain(
      'minor: Must be a whole number of minor units.',
    );
    expect(refused(money(), { amount: '1', currency: 'USD', rate: 2 })).toContain('There is no such field');
    expect(refused(money(), '12 USD')).toContain('Must be an amount of money.');
  });
});

describe('days and moments', () => {
  it('exist', () => {
    expect(accepted(date(), '2024-02-29')).toBe('2024-02-29');
    for (const bad of ['2023-02-29', '2024-13-01', '2024-1-1', '2024-02-29T00:00:00Z', 20240229])
      expect(refused(date(), bad)).toContain('Must be a day');
    expect(accepted(dateTime(), '2024-02-29T23:30:00.5-05:00')).toBe('2024-03-01T04:30:00.500Z');
    for (const bad of ['2024-02-29', '2024-02-29T10:00:00', '2024-02-30T10:00:00Z', '9999-12-31T23:59:59-05:00']) {
      expect(refused(dateTime(), bad)).toContain('Must be a moment');
    }
  });
});

describe('lists, tags, references and JSON', () => {
  it('keep to their limits', () => {
    expect(accepted(tags(), [' a ', 'b', 'a'])).toEqual(['a', 'b']);
    expect(refused(tags({ max: 1 }), ['a', 'b'])).toContain('Must have at most 1 values.');
    expect(refused(tags(), ['x'.repeat(51)])).toBe('0: Must be at most 50 characters.');
    expect(refused(list(boolean(), { max: 2 }), [true, true, true])).toContain('Must have at most 2 values.');
    expect(refused(list(boolean()), [true, 'x'])).toBe('1: Must be true or false.');
    expect(refused(ref('Account'), 'acc_1')).toBe(': Must be the id of a record of Account.');
    expect(accepted(ref('Account'), `acc_${'0'.repeat(26)}`)).toBe(`acc_${'0'.repeat(26)}`);
  });

  it('JSON is stored as it came, unless it cannot be', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    const value = { a: [1, null, { b: 'x' }] };
    expect(accepted(json(), value)).toBe(value);
    expect(accepted(json(), deep(20))).toEqual(deep(20));
    expect(refused(json(), deep(21))).toContain('Must be at most 20 levels deep.');
    expect(refused(json(), 'x'.repeat(65_536))).toContain('Must be at most 64 KB of JSON.');
    expect(refused(json(), JSON.parse('{"a": {"__proto__": 1}}'))).toContain('Must not name a key "__proto__".');
    for (const bad of [undefined, () => 1, new Date(0), { a: NaN }, '\ud800', 1n])
      expect(refused(json(), bad)).toContain('Must');
  });
});

describe('whatever is given', () => {
  it('is accepted or refused with BAD_INPUT, and what is accepted is accepted again as it is', () => {
    const shapes = [
      text(),
      longText(),
      email(),
      phone(),
      url(),
      decimal(),
      date(),
      dateTime(),
      money(),
      tags(),
      json(),
      number(),
      integer(),
    ];
    const value = fc.oneof(
      fc.anything(),
      fc.string({ unit: 'binary' }),
      fc.emailAddress(),
      fc.webUrl(),
      fc.jsonValue(),
      fc.date().map(String),
    );
    fc.assert(
      fc.property(fc.constantFrom(...shapes), value, (field, given) => {
        let once: unknown;
        try {
          once = accepted(field, given, 'EC');
        } catch (error) {
          if (error instanceof DomainError && error.code === 'BAD_INPUT') return;
          throw error;
        }
        expect(accepted(field, once, 'EC')).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });
});
