import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer } from '#test/support/example';
import { startOffers, type AnyRecord, type Offers } from '#test/support/offers';

const tenanted = withTenantTable();
let domain: Offers['domain'];
let makeCustomer: Offers['makeCustomer'];
let makeOffer: Offers['makeOffer'];
beforeEach(() => {
  ({ domain, makeCustomer, makeOffer } = startOffers(tenanted));
});

describe('an idempotency key', () => {
  const key = { idempotencyKey: 'k-1' };
  it('makes a record once', async () => {
    const first = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    const again = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    expect(again).toEqual(first);
    expect(await failure(domain.run('createCustomer', { name: 'Other' }, undefined, key))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect((await domain.reader().data(Customer).list({})).rows).toHaveLength(1);
  });

  it('changes a record once, with and without a version', async () => {
    const offer = await makeOffer();
    const sent = await domain.run<AnyRecord>('sendOffer', { id: offer.id, version: 1 }, undefined, key);
    expect(await domain.run<AnyRecord>('sendOffer', { id: offer.id, version: 1 }, undefined, key)).toMatchObject({
      id: sent.id,
      version: 2,
    });
    const accepted = await domain.run<AnyRecord>('acceptOffer', { id: offer.id }, undefined, { idempotencyKey: 'k-2' });
    expect(
      await domain.run<AnyRecord>('acceptOffer', { id: offer.id }, undefined, { idempotencyKey: 'k-2' }),
    ).toMatchObject({ version: accepted.version });
  });

  it('knows a record that was changed since it was made, by the log', async () => {
    const made = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    await domain.run('updateCustomer', { id: made.id, version: 1, name: 'Bolt' });
    await domain.settle();
    const again = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    expect(again).toMatchObject({ id: made.id, name: 'Bolt', version: 2 });
  });

  it('knows a change that later ones have covered, by the log', async () => {
    const customer = await makeCustomer();
    await domain.run('updateCustomer', { id: customer.id, version: 1, name: 'B' }, undefined, key);
    await domain.run('updateCustomer', { id: customer.id, version: 2, name: 'C' });
    await domain.settle();
    expect(
      await domain.run<AnyRecord>('updateCustomer', { id: customer.id, version: 1, name: 'B' }, undefined, key),
    ).toMatchObject({ name: 'C', version: 3 });
  });

  it('does an operation over several rows once', async () => {
    const input = { name: 'Acme', validUntil: '2026-12-31' };
    const first = await domain.run<{ customer: AnyRecord; offer: AnyRecord }>('openCustomer', input, undefined, key);
    const again = await domain.run<{ customer: AnyRecord; offer: AnyRecord }>('openCustomer', input, undefined, key);
    expect([again.customer.id, again.offer.id]).toEqual([first.customer.id, first.offer.id]);
    expect((await domain.reader().data(Customer).list({})).rows).toHaveLength(1);
  });

  it('belongs to one actor', async () => {
    await domain.run('createCustomer', { name: 'Acme' }, domain.actor({ id: 'usr_a' }), key);
    await domain.run('createCustomer', { name: 'Acme' }, domain.actor({ id: 'usr_b' }), key);
    expect((await domain.reader().data(Customer).list({})).rows).toHaveLength(2);
  });
});
