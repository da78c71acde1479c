import { describe, expect, it } from '@jest/globals';
import {
  choice,
  date,
  dateTime,
  derivedOptional,
  DomainError,
  integer,
  list,
  object,
  optional,
  ref,
  tags,
  text,
  type FieldMap,
} from '#kernel';
import { readCriteria, type Language, type Scheme } from './criteria.rules.ts';
import { evaluate, type Known, type Values } from './evaluate.rules.ts';
import { needsOf, reaches } from './needs.rules.ts';

const fields: FieldMap = {
  name: text(),
  sector: optional(text()),
  parent: optional(ref('Account')),
  seenAt: optional(dateTime()),
  birthday: optional(date()),
  likes: optional(list(object('Like', { what: text(), strength: integer() }))),
  custom: derivedOptional(object('Custom', { tastedOn: optional(date()), size: optional(integer()) })),
};
const bought: FieldMap = { on: date(), kinds: tags(), status: choice(['OPEN', 'PAID']) };
const account: Scheme = { fields, relations: new Map([['purchases', bought]]) };
const language: Language = { country: 'EC', schemeOf: (entity) => (entity === 'Account' ? account : undefined) };

const read = (where: unknown) => readCriteria(language, account, where, ['where']);
const now = Date.parse('2026-11-22T15:00:00.000Z');
const known = (row: Values, purchases: readonly Values[] = [], parent?: Known): Known => ({
  row,
  related: new Map([['purchases', { facts: purchases }]]),
  referred: new Map(parent ? [['parent', parent]] : []),
});
const judge = (where: unknown, of: Known, at = now) => evaluate(read(where), of, { at, timeZone: 'America/Guayaquil' });
const holds = (where: unknown, of: Known, at = now): boolean => judge(where, of, at).holds;
const nextOf = (where: unknown, of: Known): string | undefined => {
  const { next } = judge(where, of);
  return next === undefined ? undefined : new Date(next).toISOString();
};
const problem = (where: unknown): string => {
  try {
    read(where);
    return 'none';
  } catch (error) {
    if (error instanceof DomainError) return `${error.path.join('.')}: ${error.message}`;
    throw error;
  }
};

describe('criteria', () => {
  it.each([
    [{}, true],
    [{ sector: { eq: 'PHARMA' } }, true],
    [{ sector: { eq: 'PHARMA' }, name: { startsWith: 'B' } }, false],
    [{ or: [{ sector: { eq: 'FOOD' } }, { name: { contains: 'cm' } }] }, true],
    [{ not: { or: [{ sector: { eq: 'FOOD' } }, { sector: { isNull: true } }] } }, true],
    [{ and: [{ custom: { size: { gt: 3 } } }, { custom: { size: { lt: 3 } } }] }, false],
    [{ likes: { some: { what: { eq: 'red' }, strength: { gte: 3 } } } }, true],
    [{ likes: { some: { what: { eq: 'blue' }, strength: { gte: 3 } } } }, false],
    [{ likes: { none: { what: { eq: 'green' } } } }, true],
    [{ purchases: { some: { kinds: { has: 'x' } }, atLeast: 2 } }, true],
    [{ purchases: { some: { kinds: { has: 'x' }, status: { eq: 'PAID' } }, atLeast: 2 } }, false],
    [{ purchases: { some: {}, none: { status: { eq: 'OPEN' } } } }, false],
    [{ parent: { is: { purchases: { some: {} } } } }, true],
    [{ parent: { is: { sector: { eq: 'PHARMA' } }, eq: `acc_${'0'.repeat(26)}` } }, false],
  ])('%j: %s', (where, expected) => {
    const likes = [
      { what: 'red', strength: 4 },
      { what: 'blue', strength: 1 },
    ];
    const purchases = [
      { on: '2026-11-01', kinds: ['x'], status: 'PAID' },
      { on: '2026-11-10', kinds: ['x', 'y'], status: 'OPEN' },
    ];
    const parent = known({ name: 'Group' }, [{ on: '2026-11-01', kinds: [], status: 'PAID' }]);
    const row = { name: 'Acme', sector: 'PHARMA', custom: { size: 7 }, likes, parent: 'acc_1' };
    expect(holds(where, known(row, purchases, parent))).toBe(expected);
  });

  it('ask how moments lie to now, and tell when that changes', () => {
    const seen = (seenAt: string) => known({ name: 'Acme', seenAt });
    const quiet = { seenAt: { olderThanDays: 90 } };
    expect(holds(quiet, seen('2026-11-21T15:00:00.000Z'))).toBe(false);
    expect(nextOf(quiet, seen('2026-11-21T15:00:00.000Z'))).toBe('2027-02-19T15:00:00.000Z');
    expect(judge(quiet, seen('2026-08-24T15:00:00.000Z'))).toEqual({ holds: true });
    expect(judge(quiet, known({ name: 'Acme' }))).toEqual({ holds: false });
    expect(holds({ not: { seenAt: { withinDays: 90 } } }, known({ name: 'Acme' }))).toBe(true);
    expect(nextOf({ seenAt: { inNextDays: 7 } }, seen('2026-12-01T00:00:00.000Z'))).toBe('2026-11-24T00:00:00.000Z');
  });

  it('let days begin and end by the tenant’s clock, within the fields of tenants too', () => {
    const tasted = known({ name: 'Acme', custom: { tastedOn: '2026-11-21' } });
    const where = { custom: { tastedOn: { withinDays: 3 } } };
    expect(holds(where, tasted)).toBe(true);
    expect(nextOf(where, tasted)).toBe('2026-11-24T05:00:00.000Z');
    expect(holds(where, tasted, Date.parse('2026-11-24T05:00:00.000Z'))).toBe(false);
  });

  it('wait for no moment where something else has decided', () => {
    const row = known({ name: 'Acme', seenAt: '2026-11-21T15:00:00.000Z' });
    const soon = { seenAt: { olderThanDays: 2 } };
    expect(judge({ ...soon, sector: { eq: 'FOOD' } }, row)).toEqual({ holds: false });
    expect(judge({ or: [soon, { name: { eq: 'Acme' } }] }, row)).toEqual({ holds: true });
    expect(nextOf({ or: [soon, { sector: { eq: 'FOOD' } }] }, row)).toBe('2026-11-23T15:00:00.000Z');
  });

  it('say what they need to know', () => {
    const needs = needsOf(read({ or: [{ parent: { is: { purchases: { some: {} } } } }, { name: { eq: 'x' } }] }));
    expect([...needs.relations]).toEqual([]);
    expect(reaches(needs, 'purchases')).toBe(true);
    expect(reaches(needs, 'visits')).toBe(false);
  });

  it.each([
    [7, 'where: Must be conditions, as {"name": {"eq": "..."}}.'],
    [{ color: { eq: 1 } }, 'where.color: There is no field or relation color. Relations: purchases.'],
    [{ constructor: {} }, 'where.constructor: There is no field or relation constructor. Relations: purchases.'],
    [{ seenAt: { olderThanDays: 0 } }, 'where.seenAt.olderThanDays: Must be a whole number from 1 to 36500.'],
    [{ sector: { olderThanDays: 3 } }, /^where\.sector\.olderThanDays: There is no such condition/],
    [{ or: [{}] }, 'where: Must hold a condition.'],
    [{ not: {} }, 'where: Must hold a condition.'],
    [{ and: 'x' }, 'where.and: Must be a list of criteria.'],
    [{ purchases: {} }, 'where.purchases: Ask for `some` or `none`.'],
    [{ purchases: { every: {} } }, 'where.purchases.every: Of purchases criteria ask some, none, atLeast.'],
    [{ purchases: { some: { price: { gt: 1 } } } }, 'where.purchases.some.price: There is no field or relation price.'],
    [{ parent: { is: { parent: { is: { parent: { is: { parent: { is: {} } } } } } } } }, /do not reach that far/],
    [
      { or: Array.from({ length: 101 }, (_, index) => ({ name: { eq: String(index) } })) },
      'where: At most 100 conditions.',
    ],
  ])('refuse %j', (where, message) => {
    expect(problem(where)).toMatch(message);
  });
});
