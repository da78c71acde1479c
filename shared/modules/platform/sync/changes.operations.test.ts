import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { sync } from '#modules/platform/sync';

type Answer = {
  readonly records: readonly AnyRow[];
  readonly removed: readonly { readonly id: string; readonly type: string; readonly reason: string }[];
  readonly isReset: boolean;
  readonly hasMore: boolean;
  readonly endCursor: string;
};

const tenanted = withTenantTable();
let domain: Domain;
let ana: Actor;
let ben: Actor;
beforeEach(async () => {
  const modules = [...partyModules.filter(({ name }) => name !== sync.name), sync];
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
  const [first = '', second = ''] = await makePeople(domain, ['Ana', 'Ben']);
  [ana, ben] = [person(domain, first), person(domain, second)];
  await domain.settle();
});

const run = (operation: string, input: object, actor = domain.actor()) =>
  domain.run<AnyRow>(operation, { ...input }, actor);
const changes = (after?: string, actor = ana, first = 50) =>
  domain.run<Answer>('changesSince', { first, ...(after !== undefined && { after }) }, actor);
const idsOf = ({ records }: Answer) => records.map(({ id }) => id).sort();
const owner = (actor: Actor) => ({ owner: actor.userId });

describe('changesSince', () => {
  it('begins with what the person owns, in small pages, and nothing of others', async () => {
    const mine = await Promise.all(
      [1, 2, 3].map((n) => run('createAccount', { name: `A${String(n)}`, ...owner(ana) })),
    );
    await run('createAccount', { name: 'B', ...owner(ben) });
    const contact = await run('createContact', { firstName: 'Eva', account: mine[0]?.id });
    await domain.settle();
    const seen: string[] = [];
    let page = await changes(undefined, ana, 2);
    expect(page.isReset).toBe(true);
    for (;;) {
      expect(page.records.length).toBeLessThanOrEqual(2);
      seen.push(...idsOf(page));
      if (!page.hasMore) break;
      page = await changes(page.endCursor, ana, 2);
      expect(page.isReset).toBe(false);
    }
    expect(seen.sort()).toEqual([...mine.map(({ id }) => id), contact.id].sort());
  });

  it('then tells what changed and what is to be forgotten, once', async () => {
    const kept = await run('createAccount', { name: 'Kept', ...owner(ana) });
    const given = await run('createAccount', { name: 'Given away', ...owner(ana) });
    const old = await run('createAccount', { name: 'Old', ...owner(ana) });
    const got = await run('createAccount', { name: 'Got', ...owner(ben) });
    await domain.settle();
    const { endCursor } = await changes();
    await run('updateAccount', { version: 1, id: kept.id, name: 'Kept & Co' });
    await run('updateAccount', { version: 1, id: given.id, ...owner(ben) });
    await run('archiveAccount', { version: 1, id: old.id });
    await run('updateAccount', { version: 1, id: got.id, ...owner(ana) });
    await domain.settle();
    const delta = await changes(endCursor);
    expect(idsOf(delta)).toEqual([kept.id, got.id].sort());
    expect(delta.records.find(({ id }) => id === kept.id)).toMatchObject({ name: 'Kept & Co', version: 2 });
    expect([...delta.removed].sort((a, b) => (a.reason < b.reason ? -1 : 1))).toEqual([
      { id: old.id, type: 'Account', reason: 'ARCHIVED' },
      { id: given.id, type: 'Account', reason: 'NOT_YOURS' },
    ]);
    expect(await changes(delta.endCursor)).toMatchObject({ records: [], removed: [], hasMore: false });
  });

  it('loses nothing that happens while the first copy is read', async () => {
    const first = await run('createAccount', { name: 'A', ...owner(ana) });
    await run('createAccount', { name: 'B', ...owner(ana) });
    await domain.settle();
    const page = await changes(undefined, ana, 1);
    await run('updateAccount', { version: 1, id: first.id, name: 'A2' });
    await domain.settle();
    let next = await changes(page.endCursor, ana, 1);
    while (next.hasMore) next = await changes(next.endCursor, ana, 1);
    const delta = await changes(next.endCursor);
    expect(delta.records).toMatchObject([{ id: first.id, name: 'A2' }]);
  });

  it('tells nothing of what others do with their records, not even that they are there', async () => {
    const { endCursor } = await changes();
    const theirs = await run('createAccount', { name: 'B', ...owner(ben) });
    await run('archiveAccount', { version: 1, id: theirs.id });
    await domain.settle();
    expect(await changes(endCursor)).toMatchObject({ records: [], removed: [] });
  });

  it('costs one request for each shard of the feed and one for the records, in two trips', async () => {
    const account = await run('createAccount', { name: 'A', ...owner(ana) });
    await domain.settle();
    const { endCursor } = await changes();
    await run('updateAccount', { version: 1, id: account.id, name: 'A2' });
    await domain.settle();
    await changes(endCursor);
    expect(domain.meter()).toMatchObject({ requests: 9, trips: 2 });
  });

  it('begins anew when the person may see other records than before', async () => {
    const { endCursor } = await changes();
    expect((await changes(endCursor, { ...ana, teams: ['tea_north'] })).isReset).toBe(true);
  });

  it('begins anew when a person was forgotten: copies that named the person must go', async () => {
    const { id } = await run('createContact', { firstName: 'Rosaura', lastName: 'Zambrano', ...owner(ana) });
    await domain.settle();
    const { endCursor, records } = await changes();
    expect(records.map((record) => record.id)).toEqual([id]);
    const { id: asked } = await run('openPrivacyRequest', { subject: id, kind: 'ERASE' });
    await run('verifyPrivacyRequest', { id: asked, identityCheck: 'Cédula vista' });
    await run('erasePersonalData', { id: asked });
    await domain.settle();
    await workOff(domain);
    const anew = await changes(endCursor);
    expect(anew).toMatchObject({ isReset: true, records: [], removed: [] });
    expect(await changes(anew.endCursor)).toMatchObject({ isReset: false });
  });

  it('refuses the cursor of somebody else, and a key that belongs to nobody', async () => {
    const { endCursor } = await changes();
    expect(await failure(changes(endCursor, ben))).toBe('BAD_INPUT');
    const { userId: _nobody, ...key } = ana;
    expect(await failure(changes(undefined, key))).toBe('FORBIDDEN');
  });
});
