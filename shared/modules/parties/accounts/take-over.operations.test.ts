import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { Account, type AccountRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const make = (values: object = {}, actor?: Actor) =>
  domain.run<AccountRow>('createAccount', { name: 'Acme', ...values }, actor);
const change = (row: AccountRow, changes: object, actor?: Actor) =>
  domain.run<AccountRow>('updateAccount', { id: row.id, version: row.version, ...changes }, actor);
const read = (id: string) => domain.reader().data(Account).get(id);

describe('handing on and taking over', () => {
  const boss = () => person(domain, ana, { rules: teamRules, teamMembers: [ana, ben] });

  it('is free for one’s own account and for one that nobody handles', async () => {
    const mine = await make({}, person(domain, ana));
    const handed = await change(mine, { owner: ben }, person(domain, ana));
    expect(handed).toMatchObject({ owner: ben, ownerId: ben });
    expect(handed).not.toHaveProperty('takeOver');
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toContain('account.assigned');
    const unowned = await make({}, domain.actor());
    expect(unowned).not.toHaveProperty('owner');
    expect(await change(unowned, { owner: ana })).toMatchObject({ owner: ana });
  });

  it('needs the permission for somebody else’s, and leaves a trace', async () => {
    const theirs = await make({}, person(domain, ben));
    const { operations: _none, ...scope } = teamRules;
    const reader = person(domain, ana, { rules: { ...scope, operations: [] }, teamMembers: [ben] });
    expect(await failure(change(theirs, { owner: ana }, reader))).toBe('FORBIDDEN');
    expect(await failure(domain.run('takeOverAccount', { id: theirs.id, reason: 'x' }, reader))).toBe('FORBIDDEN');
    await domain.settle();
    const taken = await domain.run<AccountRow>('takeOverAccount', { id: theirs.id, reason: 'Ben left.' }, boss());
    expect(taken).toMatchObject({ owner: ana, ownerId: ana, takeOver: { by: ana, from: ben, reason: 'Ben left.' } });
    const [event] = await domain.settle();
    expect(event).toMatchObject({
      type: 'account.takenOver',
      actor: ana,
      changed: { owner: { from: ben, to: ana }, takeOver: { to: { reason: 'Ben left.' } } },
    });
  });

  it('also leaves its trace when done by a plain change', async () => {
    const theirs = await make({}, person(domain, ben));
    await domain.settle();
    const taken = await change(theirs, { owner: ana, name: 'Acme & Co' }, boss());
    expect(taken).toMatchObject({ name: 'Acme & Co', owner: ana, takeOver: { by: ana, from: ben } });
    expect((await domain.settle()).map(({ type }) => type)).toEqual(['account.takenOver']);
  });

  it('finds an account that the taker cannot see by its tax number, and is asked twice but done once', async () => {
    const theirs = await make({ taxId: '1790016919001' }, person(domain, ben));
    const taker = person(domain, ana, { rules: { ...teamRules, entities: person(domain, ana).rules.entities } });
    expect(await failure(change(theirs, { name: 'x' }, taker))).toBe('NOT_FOUND');
    const input = { taxId: '1790016919-001', reason: 'Agreed.' };
    const taken = await domain.run<AccountRow>('takeOverAccount', input, taker, { idempotencyKey: 'k' });
    const again = await domain.run<AccountRow>('takeOverAccount', input, taker, { idempotencyKey: 'k' });
    expect([taken.id, again.id, again.version]).toEqual([theirs.id, theirs.id, 2]);
    expect(await failure(domain.run('takeOverAccount', { taxId: '1700000019', reason: 'x' }, taker))).toBe('NOT_FOUND');
    expect(await failure(domain.run('takeOverAccount', { reason: 'x' }, taker))).toBe('BAD_INPUT');
  });

  it('changes nothing when one handles it already', async () => {
    const mine = await make({}, boss());
    const same = await domain.run<AccountRow>('takeOverAccount', { id: mine.id, reason: 'again' }, boss());
    expect(same.version).toBe(1);
    expect(await read(mine.id)).not.toHaveProperty('takeOver');
  });
});

describe('who handles an account', () => {
  type Handlers = {
    readonly handlers: readonly { owner?: string; team?: string; matchedBy: string; account?: AccountRow }[];
  };
  const ask = (input: object) => domain.run<Handlers>('accountOwner', { ...input }, person(domain, ana));

  it('is told by tax number, e-mail address or full name, and nothing more', async () => {
    const theirs = await make(
      { name: 'Café Ñandú S.A.', taxId: '1790016919001', email: 'info@nandu.ec' },
      person(domain, ben),
    );
    await domain.run('createContact', { firstName: 'Eva', email: 'eva@gmail.com', account: theirs.id });
    await domain.settle();
    for (const [input, matchedBy] of [
      [{ taxId: '1790016919-001' }, 'TAX_ID'],
      [{ email: 'INFO@nandu.ec' }, 'EMAIL'],
      [{ email: 'eva@gmail.com' }, 'EMAIL'],
      [{ name: 'cafe nandu sa' }, 'NAME'],
      [{ name: 'Café' }, undefined],
      [{ name: 'CAFE NANDU S.A.' }, 'NAME'],
    ] as const) {
      const { handlers } = await ask(input);
      expect(handlers).toEqual(matchedBy ? [{ matchedBy, owner: 'Ben' }] : []);
    }
  });

  it('shows the account to whoever may see it', async () => {
    const mine = await make({ name: 'Acme' }, person(domain, ana));
    await domain.settle();
    expect((await ask({ name: 'ACME' })).handlers).toMatchObject([{ owner: 'Ana', account: { id: mine.id } }]);
  });

  it('is nobody where there is no such account, and asks for something to go by', async () => {
    await make({ name: 'Acme Quito', email: 'info@acme.ec' }, person(domain, ben));
    await domain.settle();
    for (const input of [{ name: 'Acme' }, { email: 'info@acme' }, { email: 'fo@acme.ec' }, { taxId: '1700000019' }])
      expect((await ask(input)).handlers).toEqual([]);
    expect(await failure(ask({}))).toBe('BAD_INPUT');
  });
});
