import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';

type Entry = {
  readonly type: string;
  readonly by: string;
  readonly at: string;
  readonly user?: AnyRow;
  readonly record: AnyRow;
  readonly changed: readonly { field: string; from?: unknown; to?: unknown }[];
};
type Timeline = { readonly entries: readonly Entry[]; readonly hasNextPage: boolean; readonly endCursor?: string };
type History = {
  readonly versions: readonly (Entry & { version: number; correlationId: string })[];
  readonly hasNextPage: boolean;
};

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const run = <Answer = AnyRow>(operation: string, input: object, actor = domain.actor()) =>
  domain.run<Answer>(operation, { ...input }, actor);
const timeline = (record: string, more: object = {}, actor = domain.actor()) =>
  run<Timeline>('timeline', { record, ...more }, actor);
const history = (record: string, more: object = {}, actor = domain.actor()) =>
  run<History>('history', { record, ...more }, actor);
const typesOf = ({ entries }: Timeline) => entries.map(({ type }) => type);
const tick = () => {
  domain.clock.advance(1000);
};

/** An account that was changed, with a contact. */
const story = async () => {
  const account = await run('createAccount', { name: 'Acme', owner: ana });
  tick();
  const contact = await run('createContact', { firstName: 'Eva', account: account.id });
  tick();
  await domain.settle();
  await run('updateAccount', { id: account.id, version: 2, name: 'Acme & Co', sector: 'wood' }, person(domain, ana));
  await domain.settle();
  return { account: account.id, contact: contact.id };
};

describe('a timeline', () => {
  it('tells what happened to a record and to what belongs to it, newest first, in one query and one batch', async () => {
    const { account, contact } = await story();
    const told = await timeline(account);
    expect(domain.meter()).toMatchObject({ requests: 2, trips: 2 });
    expect(typesOf(told)).toEqual([
      'account.updated',
      'account.mainContactChanged',
      'contact.created',
      'account.created',
    ]);
    expect(told.entries[0]).toMatchObject({
      by: ana,
      user: { name: 'Ana' },
      record: { id: account, name: 'Acme & Co' },
    });
    expect(told.entries[0]?.changed).toEqual([
      { field: 'name', from: 'Acme', to: 'Acme & Co' },
      { field: 'sector', from: undefined, to: 'wood' },
    ]);
    expect(told.entries[1]?.by).toMatch(/^system:/);
    expect(told.entries[2]?.record.id).toBe(contact);
  });

  it('pages to its end, and a cursor belongs to its record', async () => {
    const { account, contact } = await story();
    const first = await timeline(account, { first: 3 });
    expect([first.entries.length, first.hasNextPage]).toEqual([3, true]);
    const second = await timeline(account, { first: 3, after: first.endCursor });
    expect([typesOf(second), second.hasNextPage]).toEqual([['account.created'], false]);
    expect(await failure(timeline(contact, { after: first.endCursor }))).toBe('BAD_INPUT');
    expect(await failure(timeline(account, { after: 'forged.x' }))).toBe('BAD_INPUT');
    expect(await failure(timeline(account, { first: 101 }))).toBe('BAD_INPUT');
  });

  it('leaves out what happened to records that the reader may not see, and is not for those who may not see the record', async () => {
    const { account, contact } = await story();
    await run('createContact', { firstName: 'Zoe', account, owner: ben });
    await domain.settle();
    expect(typesOf(await timeline(account))).toHaveLength(5);
    expect(typesOf(await timeline(account, {}, person(domain, ana)))).toHaveLength(4);
    expect(await failure(timeline(account, {}, person(domain, ben)))).toBe('NOT_FOUND');
    expect(await failure(timeline(contact, {}, domain.actor({ tenant: `${tenanted.tenant}x` })))).toBe('NOT_FOUND');
    expect(await failure(timeline('acc_00000000000000000000000000'))).toBe('NOT_FOUND');
  });

  it('does not tell changes of fields that are hidden from the reader', async () => {
    const { account } = await story();
    const blind = domain.actor({ rules: { ...domain.actor().rules, hiddenFields: ['Account.sector'] } });
    const [last] = (await timeline(account, {}, blind)).entries;
    expect(last?.changed.map(({ field }) => field)).toEqual(['name']);
  });

  it('follows a contact to its new account and stays with the old one', async () => {
    const { account, contact } = await story();
    const bolt = await run('createAccount', { name: 'Bolt' });
    await run('updateContact', { id: contact, version: 1, account: bolt.id });
    await domain.settle();
    expect(typesOf(await timeline(bolt.id))).toContain('contact.updated');
    expect(typesOf(await timeline(account))).toContain('contact.updated');
  });

  it('holds an event once, however often it comes', async () => {
    const account = await run('createAccount', { name: 'Acme' });
    const events = await domain.settle();
    await consumeEvents(domain.runtime, [...events, ...events]);
    expect(typesOf(await timeline(account.id))).toEqual(['account.created']);
  });
});

describe('the history of a record', () => {
  it('has its versions, newest first, each with who, when and what', async () => {
    const { account } = await story();
    const { versions, hasNextPage } = await history(account);
    expect(versions.map(({ version, type }) => [version, type])).toEqual([
      [3, 'account.updated'],
      [2, 'account.mainContactChanged'],
      [1, 'account.created'],
    ]);
    expect(hasNextPage).toBe(false);
    expect(versions[0]).toMatchObject({
      by: ana,
      user: { name: 'Ana' },
      changed: [{ field: 'name' }, { field: 'sector' }],
    });
  });

  it('pages by version', async () => {
    const { account } = await story();
    const first = await history(account, { first: 2 });
    expect([first.versions.map(({ version }) => version), first.hasNextPage]).toEqual([[3, 2], true]);
    const rest = await history(account, { first: 2, before: 2 });
    expect([rest.versions.map(({ version }) => version), rest.hasNextPage]).toEqual([[1], false]);
  });

  it('is for those who may see the record', async () => {
    const { account } = await story();
    expect(await failure(history(account, {}, person(domain, ben)))).toBe('NOT_FOUND');
    expect(await failure(history(account, {}, domain.actor({ tenant: `${tenanted.tenant}x` })))).toBe('NOT_FOUND');
  });
});
