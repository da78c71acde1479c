import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { Notification } from '#modules/platform/notifications';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
const operations = ['handOverRequest.*'];
let domain: Domain;
let ana: string;
let ben: string;
let mia: string;
let asks: Actor;
let holds: Actor;
let leads: Actor;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = '', mia = ''] = await makePeople(domain, ['Ana', 'Ben', 'Mia']);
  await domain.run('createTeam', { name: 'Sierra', manager: mia, members: [ben] });
  await domain.settle();
  asks = person(domain, ana, { rules: { ...ownRules, operations } });
  holds = person(domain, ben, { rules: { ...ownRules, operations } });
  leads = person(domain, mia, { rules: { ...teamRules, operations }, teamMembers: [mia, ben] });
});

const known = { type: 'ORGANISATION', name: 'Molinos del Valle', taxId: '1790016919001' };
const theirs = async () => {
  const account = await domain.run<AnyRow>(
    'createAccount',
    { name: 'Molinos del Valle', taxId: '1790016919001' },
    holds,
  );
  await domain.settle();
  return account;
};
const ask = (more: object = {}, by: Actor = asks) =>
  domain.run<AnyRow>('askForHandOver', { input: known, reason: 'We met at the fair.', ...more }, by);
const answer = (how: string, request: AnyRow, by: Actor, more: object = {}) =>
  domain.run<AnyRow>(how, { id: request.id, version: request.version, ...more }, by);
const ownerOf = async (id: string) => (await domain.reader().data(domain.registry.entity('Account')).get(id)).ownerId;
const told = async (user: string) => {
  await domain.settle();
  const { rows } = await domain.reader().trusted(Notification).page('byUser', { of: user, first: 20 });
  return rows.map(({ kind }) => kind);
};

describe('asking for what somebody else handles', () => {
  it('tells the owner and who leads the team, moves the record when accepted, and tells who asked', async () => {
    const account = await theirs();
    const request = await ask();
    expect(request).toMatchObject({ status: 'ASKED', askedBy: ana, askedOf: ben, ownerId: ben, recordType: 'Account' });
    const accepted = await answer('acceptHandOver', request, holds, { note: 'Suerte.' });
    expect(accepted).toMatchObject({ status: 'ACCEPTED', answeredBy: ben, answer: 'Suerte.' });
    expect(await ownerOf(account.id)).toBe(ana);
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['account.assigned', 'handOverRequest.accepted']),
    );
    expect(await failure(answer('acceptHandOver', accepted, leads))).toBe('NOT_OPEN');
    const { requests } = await domain.run<{ requests: AnyRow[] }>('myHandOverRequests', {}, asks);
    expect(requests).toMatchObject([{ id: request.id, status: 'ACCEPTED' }]);
  });

  it('is answered by who leads the team too, and leaves everything as it was when declined or withdrawn', async () => {
    const account = await theirs();
    const declined = await answer('declineHandOver', await ask(), leads, { note: 'Es de Ben.' });
    expect(declined).toMatchObject({ status: 'DECLINED', answeredBy: mia });
    const again = await ask();
    expect(await failure(answer('withdrawHandOver', again, holds))).toBe('NOT_FOUND');
    expect(await answer('withdrawHandOver', again, asks)).toMatchObject({ status: 'WITHDRAWN' });
    expect(await ownerOf(account.id)).toBe(ben);
  });

  it('expires', async () => {
    await theirs();
    const request = await ask({ days: 1 });
    await domain.settle();
    domain.clock.set('2026-11-23T14:59:00.000Z');
    await domain.advanceTo('2026-11-23T15:01:00.000Z');
    const { requests } = await domain.run<{ requests: AnyRow[] }>('myHandOverRequests', {}, asks);
    expect(requests).toMatchObject([{ id: request.id, status: 'EXPIRED' }]);
    expect(await failure(answer('acceptHandOver', requests[0] ?? request, holds))).toBe('NOT_OPEN');
  });

  it('is refused where nobody is meant, where it is one’s own, and a second time; others may not answer', async () => {
    await theirs();
    expect(await failure(ask({ input: { name: 'Nadie' } }))).toBe('NOT_HANDLED');
    expect(await failure(ask({ type: 'Contact' }))).toBe('NOT_HANDLED');
    expect(await failure(ask({ record: ana }))).toBe('BAD_INPUT');
    expect(await failure(ask({}, holds))).toBe('ALREADY_YOURS');
    const request = await ask();
    expect(await failure(ask())).toBe('ALREADY_ASKED');
    expect(await failure(answer('acceptHandOver', request, asks))).toBe('NOT_FOUND');
    expect(await failure(answer('acceptHandOver', { ...request, version: 9 }, holds))).toBe('STALE_VERSION');
    expect(await failure(answer('acceptHandOver', request, person(domain, ben)))).toBe('FORBIDDEN');
  });

  it('tells people', async () => {
    await theirs();
    const request = await ask();
    expect(await told(ben)).toEqual(['handOver.asked']);
    expect(await told(mia)).toEqual(['handOver.asked']);
    await answer('declineHandOver', request, holds);
    expect(await told(ana)).toEqual(['handOver.answered']);
  });
});
