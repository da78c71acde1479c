import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, Offer } from '#test/support/example';
import { line, startOffers, type AnyRecord, type Offers } from '#test/support/offers';

const tenanted = withTenantTable();
let domain: Offers['domain'];
let makeCustomer: Offers['makeCustomer'];
let makeOffer: Offers['makeOffer'];
beforeEach(() => {
  ({ domain, makeCustomer, makeOffer } = startOffers(tenanted));
});

describe('a create', () => {
  it('costs one batch of references and one write', async () => {
    const customer = await makeCustomer();
    await domain.run('createOffer', { customer: customer.id, validUntil: '2026-12-31', lines: [] });
    expect(domain.meter().requests).toBe(2);
    await makeCustomer();
    expect(domain.meter().requests).toBe(1);
  });

  it('derives, defaults and starts in the first state', async () => {
    const offer = await makeOffer();
    expect(offer).toMatchObject({
      version: 1,
      status: 'DRAFT',
      channel: 'SHOP',
      total: { minor: 5997, currency: 'USD' },
      createdBy: 'usr_test',
    });
  });

  it('refuses what is missing, unknown, derived or refers to nothing', async () => {
    expect(await failure(domain.run('createCustomer', {}))).toBe('BAD_INPUT');
    expect(await failure(makeCustomer({ nonsense: 1 }))).toBe('BAD_INPUT');
    expect(await failure(makeOffer({ total: { minor: 1, currency: 'USD' } }))).toBe('BAD_INPUT');
    expect(await failure(makeOffer({ customer: 'cus_00000000000000000000000000' }))).toBe('REFERENCE_NOT_FOUND');
    expect(await failure(makeOffer({ validUntil: '2020-01-01' }))).toBe('BAD_INPUT');
  });

  it('refuses an archived reference and one of another kind', async () => {
    const customer = await makeCustomer();
    const user = await domain.run<AnyRecord>('createUser', { name: 'Ana' });
    expect(await failure(makeOffer({ customer: user.id }))).toBe('REFERENCE_NOT_FOUND');
    await domain.run('archiveCustomer', { id: customer.id, version: 1 });
    expect(await failure(makeOffer({ customer: customer.id }))).toBe('REFERENCE_ARCHIVED');
  });

  it('keeps unique values unique, in any case of letters, and frees them', async () => {
    const first = await makeCustomer({ taxId: 'AB-1' });
    expect(await failure(makeCustomer({ taxId: 'ab-1' }))).toBe('NOT_UNIQUE');
    const freed = await domain.run<AnyRecord>('updateCustomer', { id: first.id, version: 1, taxId: null });
    expect(freed).not.toHaveProperty('taxId');
    const second = await makeCustomer({ taxId: 'AB-1' });
    const found = await domain.reader().data(Customer).findUnique('taxId', 'AB-1');
    expect(found?.id).toBe(second.id);
  });

  it('refuses a record over 400 KB before it is sent', async () => {
    const lines = Array.from({ length: 501 }, () => line);
    expect(await failure(makeOffer({ lines }))).toBe('BAD_INPUT');
  });
});

describe('a change', () => {
  it('costs one read and one write, and only when something differs', async () => {
    const customer = await makeCustomer();
    const changed = await domain.run<AnyRecord>('updateCustomer', { id: customer.id, version: 1, name: 'Bolt' });
    expect(domain.meter().requests).toBe(2);
    expect(changed.version).toBe(2);
    const same = await domain.run<AnyRecord>('updateCustomer', { id: customer.id, version: 2, name: 'Bolt' });
    expect(domain.meter().requests).toBe(1);
    expect(same.version).toBe(2);
  });

  it('answers STALE_VERSION for another version and changes nothing', async () => {
    const customer = await makeCustomer();
    await domain.run('updateCustomer', { id: customer.id, version: 1, name: 'Bolt' });
    expect(await failure(domain.run('updateCustomer', { id: customer.id, version: 1, name: 'Cork' }))).toBe(
      'STALE_VERSION',
    );
    expect((await domain.reader().data(Customer).get(customer.id)).name).toBe('Bolt');
  });

  it('is run again when another one comes first and no version was named', async () => {
    const offer = await makeOffer();
    const sent = await Promise.all([1, 2, 3].map(() => failure(domain.run('sendOffer', { id: offer.id }))));
    expect(sent.sort()).toEqual(['INVALID_STATE', 'INVALID_STATE', 'nothing failed']);
  });

  it('follows the states, and a frozen record takes no more', async () => {
    const offer = await makeOffer();
    expect(await failure(domain.run('acceptOffer', { id: offer.id }))).toBe('INVALID_STATE');
    await domain.run('sendOffer', { id: offer.id, version: 1 });
    const accepted = await domain.run<AnyRecord>('acceptOffer', { id: offer.id, version: 2 });
    expect(accepted).toMatchObject({ status: 'ACCEPTED', acceptedOn: '2026-11-22', version: 3 });
    expect(await failure(domain.run('updateOffer', { id: offer.id, version: 3, channel: 'WEB' }))).toBe('FROZEN');
  });

  it('keeps its lines beside the row and reads them back', async () => {
    const offer = await makeOffer({
      lines: Array.from({ length: 250 }, (_, index) => ({ ...line, product: `P${String(index)}` })),
    });
    const read = await domain.reader().data(Offer).get(offer.id);
    expect(read.lines.map(({ product }) => product)).toEqual(
      Array.from({ length: 250 }, (_, index) => `P${String(index)}`),
    );
    await domain.run('updateOffer', { id: offer.id, version: 1, lines: [{ ...line, quantity: '1.5' }] });
    const shorter = await domain.reader().data(Offer).get(offer.id);
    expect(shorter.lines).toEqual([{ ...line, quantity: '1.5' }]);
    expect(shorter.total).toEqual({ minor: 2999, currency: 'USD' });
  });

  it('archives and restores', async () => {
    const customer = await makeCustomer();
    const archived = await domain.run<AnyRecord>('archiveCustomer', { id: customer.id, version: 1 });
    expect(archived.archivedAt).toBeDefined();
    expect(await failure(domain.run('updateCustomer', { id: customer.id, version: 2, name: 'x' }))).toBe('ARCHIVED');
    const list = () => domain.reader().data(Customer).list({});
    expect((await list()).rows).toHaveLength(0);
    expect((await domain.reader().data(Customer).list({ archived: true })).rows).toHaveLength(1);
    const restored = await domain.run<AnyRecord>('restoreCustomer', { id: customer.id, version: 2 });
    expect(restored).not.toHaveProperty('archivedAt');
    expect((await list()).rows).toHaveLength(1);
  });
});
