import { describe, expect, it } from '@jest/globals';
import { channelProblems, settleChannels, type Channels } from './channels.rules.ts';

const phones = (...numbers: readonly string[]) => numbers.map((number) => ({ number }));
const primaryOf = ({ phones: list }: ReturnType<typeof settleChannels>) =>
  (list ?? []).filter(({ primary }) => primary).map(({ number }) => number);
/** The row that follows from a change of a settled one. */
const changed = (before: Channels, changes: Channels) => {
  const given = Object.fromEntries(
    Object.entries(settleChannels(before)).filter(([, value]) => value !== null),
  ) as Channels;
  return settleChannels({ ...given, ...changes }, given);
};

describe('phones and e-mails', () => {
  it('have the first as primary when none is said to be', () => {
    const settled = settleChannels({ phones: phones('+1', '+2') });
    expect(settled.phone).toBe('+1');
    expect(settled.phones).toEqual([
      { number: '+1', primary: true },
      { number: '+2', primary: false },
    ]);
  });

  it('have the one that is said to be', () => {
    const settled = settleChannels({ phones: [{ number: '+1' }, { number: '+2', label: 'mobile', primary: true }] });
    expect([settled.phone, primaryOf(settled)]).toEqual(['+2', ['+2']]);
  });

  it('take a primary that is given alone into the list, or mark it there', () => {
    expect(settleChannels({ phone: '+3' }).phones).toEqual([{ number: '+3', primary: true }]);
    const joined = changed({ phones: phones('+1', '+2') }, { phone: '+3' });
    expect([joined.phone, primaryOf(joined), joined.phones?.length]).toEqual(['+3', ['+3'], 3]);
    const marked = changed({ phones: phones('+1', '+2') }, { phone: '+2' });
    expect([marked.phone, primaryOf(marked), marked.phones?.length]).toEqual(['+2', ['+2'], 2]);
  });

  it('lose a primary that is cleared; the next takes its place', () => {
    const before: Channels = { phones: phones('+1', '+2'), phone: '+1' };
    const { phone: _cleared, ...rest } = before;
    const settled = settleChannels(rest, before);
    expect([settled.phone, settled.phones?.map(({ number }) => number)]).toEqual(['+2', ['+2']]);
  });

  it('follow the list when it is replaced or emptied', () => {
    expect(changed({ phones: phones('+1') }, { phones: phones('+2', '+1') }).phone).toBe('+2');
    expect(changed({ phones: phones('+1') }, { phones: [] })).toMatchObject({ phone: null, phones: null });
  });

  it('hold a number once, and e-mail addresses in lower case', () => {
    expect(settleChannels({ phones: phones('+1', '+1') }).phones).toHaveLength(1);
    const settled = settleChannels({
      emails: [{ address: 'Ana@ACME.ec' }, { address: 'ana@acme.ec' }],
      email: 'ANA@acme.ec',
    });
    expect([settled.email, settled.emails?.length]).toEqual(['ana@acme.ec', 1]);
  });

  it('cannot have two primaries', () => {
    const two = [
      { number: '+1', primary: true },
      { number: '+2', primary: true },
    ];
    const settled = settleChannels({ phones: two });
    expect(channelProblems({ phones: settled.phones ?? [] })).toEqual([
      { code: 'TWO_PRIMARIES', message: 'Only one of the phones can be primary.', path: ['phones'] },
    ]);
    expect(channelProblems({})).toEqual([]);
  });

  it('are settled once and for all', () => {
    const once = settleChannels({ phones: phones('+1', '+2'), email: 'a@b.ec' });
    const row = { phone: '+1', phones: once.phones ?? [], email: 'a@b.ec', emails: once.emails ?? [] };
    expect(settleChannels(row, row)).toEqual(once);
  });
});
