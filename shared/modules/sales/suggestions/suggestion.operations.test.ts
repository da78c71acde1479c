import { beforeEach, describe, expect, it } from '@jest/globals';
import { consumeEvents } from '#kernel/consume-events';
import type { AnyRow } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import type { SuggestionRow } from './suggested-opportunity.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
let chair: AnyRow;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await domain.run('createPipeline', defaultPipeline);
  chair = await domain.run('createProduct', { name: 'Chair', sku: 'C1' });
});

const account = (values: object = {}) => domain.run<AnyRow>('createAccount', { name: 'Acme', ...values });
const all = async (kind: string) => {
  await domain.settle();
  const { rows } = await domain.reader().data(domain.registry.entity('SuggestedOpportunity')).list({ first: 100 });
  return (rows as unknown as readonly SuggestionRow[]).filter((row) => row.kind === kind);
};
/** The minute comes in which something is due. */
const reach = async (moment: string) => {
  domain.clock.set(new Date(new Date(moment).getTime() - 60_000).toISOString());
  await domain.advanceTo(moment);
  await domain.settle();
};

describe('an interest', () => {
  it('that was never offered is suggested, until it is offered', async () => {
    const { id } = await account({ interests: [{ product: chair.id, date: '2026-11-01' }] });
    expect(await all('INTEREST')).toMatchObject([
      {
        account: id,
        status: 'OPEN',
        product: chair.id,
        since: '2026-11-01',
        reason: { es: 'Le interesa Chair y nunca se le ofreció', en: 'Interested in Chair, which was never offered' },
      },
    ]);
    await domain.run('createOpportunity', { name: 'Chairs', account: id, products: [{ product: chair.id }] });
    expect(await all('INTEREST')).toMatchObject([{ status: 'WITHDRAWN' }]);
  });

  it('that was offered before, or has gone, is not suggested', async () => {
    const made = await account();
    await domain.run('createOpportunity', { name: 'Chairs', account: made.id, products: [{ product: chair.id }] });
    await domain.settle();
    const table = await domain.run<AnyRow>('createProduct', { name: 'Table', sku: 'T1' });
    const version = (await domain.reader().records([made.id])).get(made.id)?.version;
    const interests = [{ product: chair.id }, { product: table.id }];
    const changed = await domain.run<AnyRow>('updateAccount', { id: made.id, version, interests });
    expect(await all('INTEREST')).toMatchObject([{ product: table.id, status: 'OPEN' }]);
    await domain.run('updateAccount', { id: made.id, version: changed.version, interests: null });
    expect(await all('INTEREST')).toMatchObject([{ status: 'WITHDRAWN' }]);
  });
});

describe('a lost sale', () => {
  const lose = async () => {
    const { id } = await account();
    const deal = await domain.run<AnyRow>('createOpportunity', {
      name: 'Chairs',
      account: id,
      products: [{ product: chair.id, price: { minor: 500, currency: 'USD' } }],
    });
    await domain.run('moveOpportunity', { id: deal.id, stage: 'LOST', lostReason: 'Price' });
    return deal;
  };

  it('is suggested again when half a year has gone by', async () => {
    const deal = await lose();
    expect(await all('LOST_LONG_AGO')).toMatchObject([{ status: 'WAITING', opensAt: '2027-05-21T12:00:00.000Z' }]);
    await reach('2027-05-21T12:00:00.000Z');
    expect(await all('LOST_LONG_AGO')).toMatchObject([
      {
        status: 'OPEN',
        source: deal.id,
        amount: { minor: 500, currency: 'USD' },
        reason: { en: 'Lost on 2026-11-22: Chairs (Price)' },
      },
    ]);
  });

  it('is not, when it was reopened before', async () => {
    const deal = await lose();
    await domain.settle();
    await domain.run('moveOpportunity', { id: deal.id, stage: 'DECISION' });
    await reach('2027-05-21T12:00:00.000Z');
    expect(await all('LOST_LONG_AGO')).toMatchObject([{ status: 'WITHDRAWN' }]);
  });
});

describe('silence', () => {
  it('of ninety days is suggested, and every contact begins it anew', async () => {
    const { id } = await account({ kinds: ['CUSTOMER'] });
    expect(await all('NO_CONTACT')).toMatchObject([{ status: 'WAITING', opensAt: '2027-02-20T15:00:00.000Z' }]);
    await reach('2027-02-20T15:00:00.000Z');
    const [shown] = await all('NO_CONTACT');
    expect(shown).toMatchObject({ status: 'OPEN', reason: { en: 'No contact since 2026-11-22' } });
    await domain.run('dismissSuggestion', { id: shown?.id, reason: 'Closed for holidays' });
    const type = await domain.run<AnyRow>('createActivityType', {
      key: 'CALL',
      kind: 'CALL',
      name: { es: 'Llamada', en: 'Call' },
    });
    const call = await domain.run<AnyRow>('createActivity', { subject: 'Call', type: type.id, account: id });
    await domain.run('completeActivity', { id: call.id, result: 'ok' });
    expect(await all('NO_CONTACT')).toMatchObject([{ status: 'WAITING', since: '2027-02-20' }]);
  });

  it('of an archived account is nobody’s business', async () => {
    const { id } = await account({ kinds: ['CUSTOMER'] });
    await domain.settle();
    await domain.run('archiveAccount', { id, version: 1 });
    await reach('2027-02-20T15:00:00.000Z');
    expect(await all('NO_CONTACT')).toMatchObject([{ status: 'WITHDRAWN' }]);
  });

  it('of prospects is usual', async () => {
    await account();
    expect(await all('NO_CONTACT')).toEqual([]);
  });
});

describe('a suggestion', () => {
  const contract = (to: AnyRow, more: object = {}, actor = domain.actor()) =>
    domain.run<SuggestionRow>(
      'suggestOpportunity',
      { account: to.id, kind: 'CONTRACT_ENDING', about: 'C-77', since: '2026-12-31', ...more },
      actor,
    );

  it('comes from other systems too, once for each thing that it is about', async () => {
    const customer = await account();
    const first = await contract(customer, { note: 'Maintenance', opensOn: '2026-12-01' });
    expect(first).toMatchObject({
      status: 'WAITING',
      opensAt: '2026-12-01T05:00:00.000Z',
      reason: { es: 'Un contrato termina el 2026-12-31: Maintenance' },
    });
    const second = await contract(customer);
    expect(second).toMatchObject({ id: first.id, status: 'OPEN', version: 2 });
    expect(await failure(contract(customer, { kind: 'WEATHER' }))).toBe('UNKNOWN_KIND');
    const stranger = person(domain, 'usr_stranger', { rules: { ...ownRules, operations: ['suggestedOpportunity.*'] } });
    expect(await failure(contract(customer, {}, stranger))).toBe('NOT_FOUND');
  });

  it('is opened by one call, once', async () => {
    const customer = await account();
    const { id } = await contract(customer, { product: chair.id });
    const open = () =>
      domain.run<Record<'suggestion' | 'opportunity', AnyRow>>(
        'openSuggestion',
        { id, amount: { minor: 900, currency: 'USD' } },
        domain.actor(),
        { idempotencyKey: 'open' },
      );
    const { suggestion, opportunity } = await open();
    expect(opportunity).toMatchObject({
      account: customer.id,
      amount: { minor: 900, currency: 'USD' },
      products: [{ product: chair.id }],
    });
    expect(suggestion).toMatchObject({ status: 'OPENED', opportunity: opportunity.id });
    expect((await open()).opportunity.id).toBe(opportunity.id);
    expect(await failure(domain.run('openSuggestion', { id }))).toBe('INVALID_STATE');
  });

  it('is dismissed for good, or for some days', async () => {
    const customer = await account();
    const { id } = await contract(customer);
    expect(await domain.run('dismissSuggestion', { id, version: 1, days: 1 })).toMatchObject({
      status: 'WAITING',
      opensAt: '2026-11-23T15:00:00.000Z',
    });
    await reach('2026-11-23T15:00:00.000Z');
    expect(await domain.run('dismissSuggestion', { id, reason: 'Renewed' })).toMatchObject({ status: 'DISMISSED' });
    expect(await contract(customer)).toMatchObject({ status: 'DISMISSED' });
  });

  it('belongs to whoever handles the account, and follows it', async () => {
    const [ana = '', bea = ''] = await makePeople(domain, ['Ana', 'Bea']);
    const customer = await account({ owner: ana });
    const { id } = await contract(customer);
    await domain.settle();
    await domain.run('updateAccount', { id: customer.id, version: 1, owner: bea });
    const events = await domain.settle();
    await consumeEvents(domain.runtime, events);
    const seen = async (userId: string) => (await domain.reader(person(domain, userId)).records([id])).get(id)?.ownerId;
    expect([await seen(ana), await seen(bea)]).toEqual([undefined, bea]);
  });
});
