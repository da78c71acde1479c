import { describe, expect, it } from '@jest/globals';
import { boolean, list, module, mutation, ref, signedIn, text, type AnyRow, type ListQuery } from '#kernel';
import { startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, exampleModules, Offer } from '#test/support/example';

const tenanted = withTenantTable();

const moveChannels = mutation('moveChannels', {
  describes: 'Moves offers to the web.',
  needs: signedIn,
  input: { offers: list(ref('Offer')) },
  returns: { done: boolean() },
  run: async ({ offers }, { data }) => {
    const rows = await data(Offer).getMany(offers);
    for (const row of rows.values()) data(Offer).update(row, { channel: 'WEB' });
    return { done: true };
  },
});

const recodeListed = mutation('recodeListed', {
  describes: 'Changes customers as a list has them, which it must not.',
  needs: signedIn,
  input: { code: text() },
  returns: { done: boolean() },
  run: async ({ code }, { data }) => {
    const all: ListQuery = {};
    for (const row of (await data(Customer).list(all)).rows) data(Customer).update(row, { code });
    return { done: true };
  },
});

const start = () =>
  startDomain({
    modules: [...exampleModules, module('sales/channels', { operations: [moveChannels, recodeListed] })],
    table: tenanted.table,
    tenant: tenanted.tenant,
  });

const offerOf = async (
  domain: ReturnType<typeof start>,
): Promise<{ readonly customer: AnyRow; readonly offer: AnyRow }> => {
  const customer = await domain.run<AnyRow>('createCustomer', { name: 'Acme' });
  const lines = [{ product: 'Paper', quantity: '2', price: { minor: 100, currency: 'USD' } }];
  return {
    customer,
    offer: await domain.run<AnyRow>('createOffer', { customer: customer.id, validUntil: '2026-12-01', lines }),
  };
};

describe('a document changed among others', () => {
  it('keeps its lines and its total', async () => {
    const domain = start();
    const { offer } = await offerOf(domain);
    await domain.run('moveChannels', { offers: [offer.id] });
    expect(await domain.reader().data(Offer).get(offer.id)).toMatchObject({
      version: 2,
      channel: 'WEB',
      total: { minor: 200 },
      lines: [{ product: 'Paper' }],
    });
  });

  it('keeps them when its customer changes hands', async () => {
    const domain = start();
    const { customer, offer } = await offerOf(domain);
    const owner = await domain.run<AnyRow>('createUser', { name: 'Eva' });
    await domain.run('updateCustomer', { id: customer.id, version: 1, owner: owner.id });
    await domain.settle();
    expect(await domain.reader().data(Offer).get(offer.id)).toMatchObject({
      ownerId: owner.id,
      total: { minor: 200 },
      lines: [{ product: 'Paper' }],
    });
  });
});

describe('a row of a list', () => {
  it('is not changed before it was read', async () => {
    const domain = start();
    await offerOf(domain);
    await expect(domain.run('recodeListed', { code: 'x' })).rejects.toThrow('Read Customer');
  });
});
