import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { leadSubject } from './subject.rules.ts';

describe('a lead as a person', () => {
  it('leaves its name in the orders in which people write it, its addresses and numbers', () => {
    const lead = {
      firstName: 'Rosa',
      lastName: 'Vera',
      company: 'Acme',
      email: 'rosa@acme.ec',
      phone: '+593991234567',
    };
    expect(leadSubject.traces(lead)).toEqual({
      names: ['Rosa Vera, Acme', 'Rosa Vera', 'Vera Rosa', 'Vera, Rosa'],
      emails: ['rosa@acme.ec'],
      phones: ['+593991234567'],
      taxIds: [],
    });
  });

  it.each([
    [{ lastName: 'Vera', company: 'Acme' }, true],
    [{ email: 'v@x.ec' }, true],
    [{ company: 'Acme' }, false],
  ])('%j: %s', (lead, isPerson) => {
    expect(leadSubject.isPerson(lead as unknown as AnyRow)).toBe(isPerson);
  });
});
