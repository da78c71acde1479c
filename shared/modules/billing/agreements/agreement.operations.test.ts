import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { Account } from '#modules/parties/accounts';
import { agreeing, tiers } from '#test/support/agreeing';
import { line, usd } from '#test/support/invoice-lines';
import { failure } from '#test/support/domain';
import { AgreementAccrual } from './agreement-accrual.entity.ts';

const { start, run, issued, account, domain, draft, activate, active, sell, credit, period, figures } = agreeing();
beforeEach(start);

describe('an agreement', () => {
  it('accrues by each invoice line, with the tier that is reached counting from the start, and falls by returns', async () => {
    const [all, slices] = [await active(), await active({ mode: 'INCREMENTAL' })];
    const invoice = await issued([line('1', '8000'), line('1', '22000')]);
    const events = await domain().settle();
    expect((await figures(all))[0]).toBe('1200.00');
    expect((await figures(slices))[0]).toBe('500.00');
    const { rows } = await domain()
      .reader()
      .trusted(AgreementAccrual)
      .page('byPeriod', { of: (await period(all)).id });
    const entry = await domain()
      .reader()
      .trusted(AgreementAccrual)
      .get(rows[0]?.id ?? '');
    expect(entry.lines.map(({ key, accrued }) => [key, toDecimal(accrued)])).toEqual([
      ['1', '0.00'],
      ['2', '1200.00'],
    ]);
    await consumeEvents(
      domain().runtime,
      events.map((event) => ({ ...event, id: `${event.id}x` })),
    );
    expect((await figures(all))[0]).toBe('1200.00');
    await credit(invoice, 'RETURN', '1500');
    expect((await figures(all))[0]).toBe('1140.00');
    expect((await figures(slices))[0]).toBe('440.00');
    await credit(invoice, 'REBATE', '100');
    expect((await figures(all))[0]).toBe('1140.00');
  });

  it('tells what is missing to the next tier, which is a cliff', async () => {
    const agreement = await active();
    await sell('24999.99');
    expect(await period(agreement)).toMatchObject({ missing: '0.01', nextPercent: '4', rebate: { minor: 50000 } });
    const progress = await run<{ agreements: readonly object[] }>('agreementProgress', { account: account() });
    expect(progress.agreements).toMatchObject([{ measure: '24999.99', missing: '0.01', rebate: { minor: 50000 } }]);
    await sell('0.01');
    const reached = await period(agreement);
    expect(reached).toMatchObject({ rebate: { minor: 100000 } });
    expect(reached.missing).toBeUndefined();
  });

  it('counts what is in its scope alone: families less products, pieces, kilograms, growth, no net prices', async () => {
    const product = async (sku: string, family: string) =>
      (
        await run('createProduct', {
          ...{ sku, name: sku, family, listPrice: usd('10') },
          characteristics: [{ name: 'Peso', value: '2.5', unit: 'kg' }],
        })
      ).id;
    const [juice, water, nut] = [
      await product('J', 'Drinks/Juices'),
      await product('W', 'Drinks/Water'),
      await product('N', 'Nuts'),
    ];
    const scoped = { families: ['Drinks'], excludedProducts: [water] };
    const percent = [{ from: '1', percent: '10' }];
    const pieces = await active({ ...scoped, metric: 'QTY', tiers: [{ from: '5', percent: '10' }] });
    const weight = await active({ ...scoped, metric: 'WEIGHT', tiers: [{ from: '12.5', percent: '10' }] });
    const growth = await active({ metric: 'GROWTH_VS_LY', baseline: usd('100'), tiers: percent });
    const gross = await active({ excludeNet: true, tiers: percent });
    await issued([
      { product: juice, quantity: '5' },
      { product: water, quantity: '7' },
      { product: nut, quantity: '1', unitPrice: '100' },
    ]);
    await domain().settle();
    expect(await period(pieces)).toMatchObject({ measure: '5', amount: { minor: 5000 }, rebate: { minor: 500 } });
    expect(await period(weight)).toMatchObject({ measure: '12.5', rebate: { minor: 500 } });
    expect(await period(growth)).toMatchObject({ measure: '120', rebate: { minor: 2200 } });
    expect(await period(gross)).toMatchObject({ amount: { minor: 12000 } });
  });

  it('counts what was paid, in whole to the cent whatever the parts, where it is on what is collected', async () => {
    const agreement = await active({ basis: 'COLLECTED', tiers: [{ from: '0', percent: '10' }] });
    const invoice = await sell('100');
    expect(await figures(agreement)).toEqual(['0.00', '0.00', '0.00', '0.00']);
    for (const amount of ['38.33', '38.33', '38.34']) await run('pay', { id: invoice.id, amount: usd(amount) });
    await domain().settle();
    expect(await period(agreement)).toMatchObject({ amount: { minor: 10000 }, rebate: { minor: 1000 } });
    await credit(invoice, 'RETURN', '20');
    expect((await figures(agreement))[0]).toBe('8.00');
  });

  it('is for a group of customers too, and counts documents from before it was active', async () => {
    await sell('12000');
    const other = await run('createAccount', { name: 'Other', taxId: '1790012344001', priceGroup: 'CHAIN' });
    const own = await active();
    expect((await figures(own))[0]).toBe('240.00');
    const group = await active({ account: undefined, group: 'CHAIN' });
    await issued([line('1', '11000')], { account: other.id });
    await domain().settle();
    expect((await figures(group))[0]).toBe('220.00');
    expect((await figures(own))[0]).toBe('240.00');
  });

  it('takes a return back where its sale counted, whatever group the customer buys with by then', async () => {
    const group = { account: undefined, tiers: [{ from: '0', percent: '10' }] };
    const [chain, club] = [await active({ ...group, group: 'CHAIN' }), await active({ ...group, group: 'CLUB' })];
    const other = await run('createAccount', { name: 'Other', taxId: '1790012344001', priceGroup: 'CHAIN' });
    const invoice = await issued([line('1', '100')], { account: other.id });
    await domain().settle();
    expect([(await figures(chain))[0], (await figures(club))[0]]).toEqual(['10.00', '0.00']);
    await domain().advanceTo('2026-11-28T12:00:00.000Z');
    const { version } = await domain().reader().data(Account).get(other.id);
    await run('updateAccount', { id: other.id, version, priceGroup: 'CLUB' });
    await domain().settle();
    await credit(invoice, 'RETURN', '40');
    expect([(await figures(chain))[0], (await figures(club))[0]]).toEqual(['6.00', '0.00']);
  });

  it.each([
    ['BAD_INPUT', { account: undefined }],
    ['BAD_INPUT', { group: 'CHAIN' }],
    ['BAD_INPUT', { endsOn: '2026-10-01' }],
    ['BAD_INPUT', { metric: 'GROWTH_VS_LY' }],
    ['NO_TIERS', { tiers: [] }],
    ['TIER_TWICE', { tiers: [tiers[0], tiers[0]] }],
  ])('answers %s for %j', async (code, more) => {
    expect(await failure(draft(more))).toBe(code);
  });

  it('keeps its terms once it is active, and is not seen by strangers', async () => {
    const agreement = await active();
    const changed = { id: agreement.id, version: agreement.version, name: 'Other' };
    expect(await failure(run('updateAgreement', changed))).toBe('FROZEN');
    expect(await failure(domain().run('updateAgreement', changed, domain().actor({ tenant: 'other' })))).toBe(
      'NOT_FOUND',
    );
    expect(await failure(activate(agreement))).toBe('INVALID_STATE');
  });
});
