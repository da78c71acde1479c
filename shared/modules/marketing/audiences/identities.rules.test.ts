import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashesFor, movedTo, retryAt } from './identities.rules.ts';
import { platforms } from './platforms.rules.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what platforms are told', () => {
  it('is hashed as each of them compares', () => {
    const reached = { email: ' Mary@Example.com', phone: '+593991234567' };
    // The vector of Meta's own documentation.
    const mary = 'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79';
    expect(hashesFor('META', reached)).toEqual({ emailHash: mary, phoneHash: sha('593991234567') });
    expect(hashesFor('GOOGLE', reached)).toEqual({ emailHash: mary, phoneHash: sha('+593991234567') });
    expect(hashesFor('GOOGLE', { email: 'Ana.Vera+ads@gmail.com' })).toEqual({ emailHash: sha('anavera@gmail.com') });
    expect(hashesFor('META', {})).toEqual({});
  });

  it('is forgotten piece by piece: what stays the same stays, what was told in vain goes too', () => {
    const told = { emailHash: 'b', phoneHash: 'p', former: [{ emailHash: 'a' }] };
    expect(movedTo({ emailHash: 'c', phoneHash: 'p' }, told).former).toEqual([{ emailHash: 'a' }, { emailHash: 'b' }]);
    expect(movedTo({ emailHash: 'a' }, told).former).toEqual([{ emailHash: 'b', phoneHash: 'p' }]);
    expect(movedTo({ emailHash: 'b', phoneHash: 'p' }, { ...told, former: [] }).former).toEqual([]);
    const again = { ...told, former: [{ emailHash: 'a' }, { emailHash: 'a' }] };
    expect(movedTo({ phoneHash: 'q' }, again).former).toEqual([{ emailHash: 'a' }, { emailHash: 'b', phoneHash: 'p' }]);
  });

  it('is said in their own words', () => {
    const telling = { destination: '123456/789', token: 't', members: [{ emailHash: 'e' }] };
    const added = platforms.GOOGLE({ ...telling, action: 'ADD' });
    expect(added.url).toBe('https://datamanager.googleapis.com/v1/audienceMembers:ingest');
    expect(JSON.parse(added.body)).toMatchObject({
      destinations: [{ operatingAccount: { accountId: '123456' }, productDestinationId: '789' }],
      audienceMembers: [{ userData: { userIdentifiers: [{ emailAddress: 'e' }] } }],
      consent: { adUserData: 'CONSENT_GRANTED' },
    });
    const removed = platforms.GOOGLE({ ...telling, action: 'REMOVE' });
    expect([removed.url.split(':').at(-1), removed.body.includes('consent')]).toEqual(['remove', false]);
    expect(JSON.parse(platforms.OTHER({ ...telling, action: 'REMOVE' }).body)).toEqual({
      ...{ action: 'REMOVE', members: [{ emailHash: 'e' }] },
    });
  });

  it('is tried again ever later', () => {
    const now = new Date('2026-11-22T15:00:00.000Z');
    expect([1, 2, 5, 50].map((failures) => retryAt(now, failures).slice(11, 16))).toEqual([
      '15:01',
      '15:02',
      '15:16',
      '21:00',
    ]);
  });
});
