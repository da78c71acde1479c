import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';
import { Signature } from '#modules/platform/signing';
import type { QuoteRow } from '#modules/sales/quotes';
import { startContracting, type Contracting } from '#test/support/contracting';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import type { ContractRow } from './index.ts';

const tenanted = withTenantTable();
let contracting: Contracting;
const run: Contracting['run'] = (operation, input) => contracting.run(operation, input);
const draft: Contracting['draft'] = (more) => contracting.draft(more);
const activated: Contracting['activated'] = (more) => contracting.activated(more);
const now: Contracting['now'] = (id) => contracting.now(id);

beforeEach(async () => {
  contracting = await startContracting(tenanted);
});

describe('a contract', () => {
  it('changes as a draft; once it runs only how it ends', async () => {
    const { id, version } = await draft();
    const twice = await run('updateContract', { id, version, lines: [{ product: contracting.care, quantity: '2' }] });
    expect(toDecimal(twice.total)).toBe('230.00');
    expect(await failure(run('updateContract', { id, version, subject: 'X' }))).toBe('STALE_VERSION');
    const bad = { id, version: 2, headerDiscounts: [{ percent: '10' }] };
    expect(await failure(run('updateContract', bad))).toBe('LINES_NEEDED');
    expect(await failure(run('updateContract', { id, version: 2, renewal: 'AUTOMATIC' }))).toBe('BAD_INPUT');
    const running = await run('activateContract', { id, version: 2, by: 'Ana' });
    expect(await failure(run('updateContract', { id, version: running.version, period: 'YEAR' }))).toBe(
      'INVALID_STATE',
    );
    expect(await run('updateContract', { id, version: running.version, noticeDays: 60 })).toMatchObject({
      noticeDays: 60,
    });
    expect(
      await failure(
        run('createContract', { account: contracting.account, subject: 'X', startsOn: '2026-12-01', lines: [] }),
      ),
    ).toBe('NO_LINES');
  });

  it('is made of an opportunity with an account: what is expected of it', async () => {
    await run('createPipeline', { ...defaultPipeline, subject: 'OPPORTUNITY', isDefault: true });
    const products = [{ product: contracting.care, quantity: '3' }];
    const sale = await run<{ id: string }>('createOpportunity', {
      name: 'Care',
      account: contracting.account,
      products,
    });
    const asked = { opportunity: sale.id, startsOn: '2026-12-01', period: 'QUARTER' };
    const contract = await run('createContractFromOpportunity', asked);
    expect(contract).toMatchObject({
      subject: 'Care',
      account: contracting.account,
      opportunity: sale.id,
      period: 'QUARTER',
    });
    expect(toDecimal(contract.totals.base)).toBe('300.00');
    const lone = await run<{ id: string }>('createOpportunity', { name: 'Nobody', products });
    const none = run('createContractFromOpportunity', { ...asked, opportunity: lone.id });
    expect(await failure(none)).toBe('NO_ACCOUNT');
    const other = (await run<{ id: string }>('createAccount', { name: 'Other' })).id;
    expect(await failure(draft({ account: other, opportunity: sale.id }))).toBe('OTHER_ACCOUNT');
  });

  it('is made of an accepted offer: the lines that are named, at the prices that were accepted', async () => {
    const lines = [
      { product: contracting.care, quantity: '2', discounts: [{ kind: 'PERCENT', value: '10' }] },
      { product: contracting.care, quantity: '1' },
    ];
    const offer = {
      account: contracting.account,
      subject: 'Care',
      validUntil: '2099-12-31',
      lines,
      headerDiscounts: [{ percent: '5' }],
    };
    const contact = (
      await run<{ id: string }>('createContact', {
        firstName: 'Ana',
        lastName: 'Vera',
        account: contracting.account,
        email: 'a@x.test',
      })
    ).id;
    const quote = await run<QuoteRow>('createQuote', { ...offer, contact });
    const sent = await run<QuoteRow>('sendQuote', { id: quote.id, version: 1 });
    expect(await failure(run('createContractFromQuote', { quote: quote.id, startsOn: '2026-12-01' }))).toBe(
      'INVALID_STATE',
    );
    await run('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana' });
    await run('updateProduct', { id: contracting.care, version: 1, listPrice: { amount: '500', currency: 'USD' } });
    const some = { quote: quote.id, startsOn: '2026-12-01', lines: [{ key: '1' }] };
    const contract = await run('createContractFromQuote', some);
    expect([contract.totals.base, contract.total].map(toDecimal)).toEqual(['171.00', '196.65']);
    expect(await failure(run('createContractFromQuote', some))).toBe('OVER_CONVERTED');
    const rest = await run('createContractFromQuote', { quote: quote.id, startsOn: '2026-12-01' });
    expect(toDecimal(rest.totals.base)).toBe('95.00');
    await run('cancelContract', { id: contract.id, version: contract.version, reason: 'Later' });
    const again = await run('createContractFromQuote', some);
    expect([again.totals.base, again.total].map(toDecimal)).toEqual(['171.00', '196.65']);
    const running = await run('activateContract', { id: again.id, version: again.version, by: 'Ana' });
    await run('cancelContract', { id: running.id, version: running.version, reason: 'Later', on: '2026-12-31' });
    expect(await failure(run('createContractFromQuote', some))).toBe('OVER_CONVERTED');
  });

  it('is sent to be signed as a document that stays; signing on paper or cancelling takes the request back', async () => {
    const ana = { firstName: 'Ana', lastName: 'Vera', account: contracting.account };
    const contact = async (email?: string) =>
      (await run<{ id: string }>('createContact', { ...ana, ...(email !== undefined && { email }) })).id;
    const send = ({ id, version }: ContractRow) => run('sendContract', { id, version });
    expect(await failure(send(await draft()))).toBe('NO_CONTACT');
    expect(await failure(send(await draft({ contact: await contact() })))).toBe('NO_EMAIL');
    const sent = await send(await draft({ contact: await contact('ana@x.test'), locale: 'en' }));
    expect(sent).toMatchObject({ status: 'SENT', locale: 'en' });
    expect(sent.pdfSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await failure(run('updateContract', { id: sent.id, version: sent.version, subject: 'X' }))).toBe(
      'INVALID_STATE',
    );
    const requests = async () =>
      (await contracting.domain.reader().data(Signature).page('byRecord', { of: sent.id })).rows.map(
        ({ status }) => status,
      );
    expect(await requests()).toEqual(['SENT']);
    await run('activateContract', { id: sent.id, version: sent.version, by: 'Ana Vera' });
    expect(await requests()).toEqual(['CANCELLED']);
    const other = await send(await draft({ contact: await contact('eva@x.test') }));
    await run('cancelContract', { id: other.id, version: other.version, reason: 'Changed mind' });
    expect(await now(other.id)).toMatchObject({ status: 'CANCELLED', reason: 'Changed mind' });
  });

  it('is renewed by hand before its end, once more or for other months', async () => {
    const { id, version } = await activated({ startsOn: '2026-12-01', endsOn: '2027-02-28', renewMonths: 6 });
    const renewed = await run('renewContract', { id, version });
    expect(renewed).toMatchObject({ endsOn: '2027-08-31', renewals: 1 });
    const again = await run('renewContract', { id, version: renewed.version, months: 1 });
    expect(again).toMatchObject({ endsOn: '2027-09-30', renewals: 2 });
    const open = await activated({ startsOn: '2026-12-01' });
    expect(await failure(run('renewContract', { id: open.id, version: open.version }))).toBe('NO_END');
    expect(await failure(run('resumeContract', { id: open.id, version: open.version }))).toBe('INVALID_STATE');
  });
});
