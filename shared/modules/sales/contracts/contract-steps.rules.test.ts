import { describe, expect, it } from '@jest/globals';
import { monthsLater } from '#modules/platform/settings';
import { sliceFrom } from './contract-days.rules.ts';
import { nextStep, type ContractFacts } from './contract-steps.rules.ts';

const terms = { startsOn: '2026-01-31', period: 'MONTH', calendarPeriods: false } as const;
const facts: ContractFacts = { ...terms, status: 'ACTIVE', billing: 'IN_ADVANCE', noticeDays: 10 };

describe('the periods of a contract', () => {
  it('do not drift at the ends of months', () => {
    expect(monthsLater('2026-01-31', 1)).toBe('2026-02-28');
    expect(monthsLater('2027-11-30', 3)).toBe('2028-02-29');
    expect(sliceFrom(terms, '2026-02-28')).toEqual({ from: '2026-02-28', to: '2026-03-30', days: 31, ofDays: 31 });
    expect(sliceFrom(terms, '2026-03-31')).toMatchObject({ from: '2026-03-31', to: '2026-04-29' });
  });

  it('are a share of a whole one at the begin and the end, none behind it', () => {
    const yearly = { startsOn: '2028-03-01', endsOn: '2029-01-31', period: 'YEAR', calendarPeriods: true } as const;
    expect(sliceFrom(yearly, '2028-03-01')).toEqual({ from: '2028-03-01', to: '2028-12-31', days: 306, ofDays: 366 });
    expect(sliceFrom(yearly, '2029-01-01')).toMatchObject({ to: '2029-01-31', days: 31, ofDays: 365 });
    expect(sliceFrom(yearly, '2029-02-01')).toBeUndefined();
  });
});

describe('the next step of a contract', () => {
  it('is nothing unless it runs', () => {
    expect(nextStep({ ...facts, status: 'DRAFT' })).toBeUndefined();
    expect(nextStep({ ...facts, status: 'SUSPENDED' })).toBeUndefined();
    expect(nextStep({ ...facts, status: 'SUSPENDED', endsOn: '2026-06-30', noticedFor: '2026-06-30' })).toEqual({
      kind: 'TERM',
      on: '2026-07-01',
    });
  });

  it('changes prices before a period that begins with them, and behind one that began before', () => {
    const indexation = { month: 3 };
    const begins = { ...facts, startsOn: '2026-01-01', nextFrom: '2026-03-01', indexation };
    expect(nextStep(begins)).toEqual({ kind: 'INDEXATION', on: '2026-03-01' });
    expect(nextStep({ ...begins, indexedOn: '2026-03-01' })).toMatchObject({ kind: 'PERIOD', on: '2026-03-01' });
    const began = { ...begins, billing: 'IN_ARREARS', nextFrom: '2026-02-01' } as const;
    expect(nextStep(began)).toMatchObject({ kind: 'PERIOD', on: '2026-03-01' });
    expect(nextStep({ ...began, nextFrom: '2026-03-01' })).toEqual({ kind: 'INDEXATION', on: '2026-03-01' });
  });

  it('bills what is in arrears before the term ends, and warns only once', () => {
    const last = {
      ...facts,
      billing: 'IN_ARREARS',
      startsOn: '2026-01-01',
      nextFrom: '2026-06-01',
      endsOn: '2026-06-30',
    } as const;
    expect(nextStep(last)).toEqual({ kind: 'NOTICE', on: '2026-06-20' });
    expect(nextStep({ ...last, noticedFor: '2026-06-30' })).toMatchObject({ kind: 'PERIOD', on: '2026-07-01' });
    expect(nextStep({ ...last, noticedFor: '2026-06-30', nextFrom: '2026-07-01' })).toEqual({
      kind: 'TERM',
      on: '2026-07-01',
    });
  });
});
