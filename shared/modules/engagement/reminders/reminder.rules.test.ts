import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#kernel';
import { dueMoment, momentFor, wordsOf, type Asked, type Timed } from './reminder.rules.ts';

const now = '2026-11-22T15:00:00.000Z';
const visit = { startsAt: '2026-11-22T18:00:00.000Z', dueAt: '2026-11-22T20:00:00.000Z' };
const codeOf = (asked: Asked, activity?: Timed): string => {
  try {
    return momentFor(asked, activity, now);
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
};

describe('the moment of a reminder', () => {
  it.each([
    ['its time', { at: '2026-11-23T15:00:00.000Z' }, undefined, '2026-11-23T15:00:00.000Z'],
    ['minutes before the begin', { minutesBefore: 30 }, visit, '2026-11-22T17:30:00.000Z'],
    ['minutes before what is due', { minutesBefore: 60 }, { dueAt: visit.dueAt }, '2026-11-22T19:00:00.000Z'],
    ['not minutes before nothing', { minutesBefore: 60 }, {}, 'NO_TIME'],
    ['not minutes before a customer', { minutesBefore: 60 }, undefined, 'NO_TIME'],
    ['not past', { minutesBefore: 600 }, visit, 'PAST'],
    ['not both', { at: visit.dueAt, minutesBefore: 1 }, visit, 'BAD_INPUT'],
    ['not neither', {}, visit, 'BAD_INPUT'],
  ] as const)('is %s', (_, asked, activity, expected) => {
    expect(codeOf(asked, activity)).toBe(expected);
  });

  it('moves with the activity, but not when it was asked for at a time', () => {
    const later = { startsAt: '2026-11-25T18:00:00.000Z' };
    expect(dueMoment({ minutesBefore: 60 }, later)).toBe('2026-11-25T17:00:00.000Z');
    expect(dueMoment({ at: now }, later)).toBe(now);
  });
});

describe('what is told', () => {
  it('says whom to call back, at which number', () => {
    expect(wordsOf({ kind: 'CALL_BACK', subject: 'Ana Vera', phone: '+593991234567' })).toEqual({
      es: 'Devolver la llamada: Ana Vera (+593991234567)',
      en: 'Call back: Ana Vera (+593991234567)',
    });
    expect(wordsOf({ kind: 'REMINDER', subject: 'Oferta' }).en).toBe('Reminder: Oferta');
  });
});
