import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, Offer } from '#test/support/example';
import { startOffers, type Offers } from '#test/support/offers';

const tenanted = withTenantTable();
let domain: Offers['domain'];
let makeCustomer: Offers['makeCustomer'];
let makeOffer: Offers['makeOffer'];
beforeEach(() => {
  ({ domain, makeCustomer, makeOffer } = startOffers(tenanted));
});

describe('lists', () => {
  it('page through shards in order, with cursors bound to their query', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `C${String(index).padStart(2, '0')}`);
    for (const name of names) await makeCustomer({ name });
    const read: string[] = [];
    let after: string | undefined;
    do {
      const page = await domain
        .reader()
        .data(Customer)
        .list({ first: 7, ...(after !== undefined && { after }) });
      read.push(...page.rows.map((row) => row.name));
      after = page.hasNextPage ? page.endCursor : undefined;
    } while (after !== undefined);
    expect(read).toEqual(names);
    const first = await domain.reader().data(Customer).list({ first: 7 });
    expect(
      await failure(
        domain
          .reader()
          .data(Customer)
          .list({ where: { name: { eq: 'x' } }, after: first.endCursor ?? '' }),
      ),
    ).toBe('BAD_INPUT');
    expect(await failure(domain.reader().data(Customer).list({ after: 'forged.cursor' }))).toBe('BAD_INPUT');
  });

  it('answer by parent, state, natural key and link, and refuse orders without a key', async () => {
    const parent = await makeCustomer({ code: 'X1' });
    await makeCustomer({ parent: parent.id, name: 'Child' });
    const offer = await makeOffer({ customer: parent.id, referrer: parent.id });
    await domain.settle();
    const { data } = domain.reader();
    const ids = async (list: Promise<{ rows: readonly { id: string }[] }>) => (await list).rows.map((row) => row.id);
    expect(await ids(data(Offer).list({ where: { customer: { eq: parent.id } } }))).toEqual([offer.id]);
    expect(await ids(data(Offer).list({ where: { status: { eq: 'DRAFT' } } }))).toEqual([offer.id]);
    expect(await ids(data(Offer).list({ where: { referrer: { eq: parent.id } } }))).toEqual([offer.id]);
    expect(await ids(data(Customer).list({ where: { code: { eq: 'X1' } } }))).toEqual([parent.id]);
    expect((await data(Customer).list({ where: { parent: { eq: parent.id } } })).rows.map((row) => row.name)).toEqual([
      'Child',
    ]);
    expect(await failure(data(Customer).list({ orderBy: { field: 'limit', descending: true } }))).toBe('BAD_INPUT');
  });
});
