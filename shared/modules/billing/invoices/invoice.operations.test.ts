import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import type { ProductRow } from '#modules/catalog/products';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { Invoice, type InvoiceRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let account: string;

const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input, domain.actor());
const usd = (amount: string) => ({ amount, currency: 'USD' });
const line = (quantity: string, unitPrice: string, more: object = {}) => ({
  ...{ description: 'Service', quantity, unitPrice },
  ...more,
});
const draft = (lines: readonly object[], more: object = {}) =>
  run<InvoiceRow>('createInvoice', { account, lines, ...more });
const issue = (invoice: string, more: object = {}) => run<InvoiceRow>('issueInvoice', { invoice, ...more });
const issued = async (lines: readonly object[], more: object = {}) => issue((await draft(lines, more)).id);

/** The document of domain 2.5: it comes to 77.89. */
const worked = [
  line('3', '19.99', { discounts: [{ kind: 'PERCENT', value: '10' }] }),
  line('1.5', '7.333333'),
  line('10', '0.85', {
    taxCategory: 'ZERO',
    discounts: [
      { kind: 'PERCENT', value: '10' },
      { kind: 'PERCENT', value: '5' },
    ],
  }),
];

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await run('createEmissionPoint', { code: '001-001' });
  account = (await run('createAccount', { name: 'Customer', taxId: '1790016919001', paymentDays: 30 })).id;
});

describe('an invoice', () => {
  it('comes to the cent, and gets number, day, due day and seal when it is issued', async () => {
    const made = await draft(worked, { headerDiscounts: [{ percent: '5' }] });
    expect(made).toMatchObject({ status: 'DRAFT', balance: { minor: 0 }, buyer: { taxId: '1790016919001' } });
    expect(made.number).toBeUndefined();
    const { totals } = made;
    expect([totals.base, totals.tax, totals.total].map(toDecimal)).toEqual(['68.63', '9.26', '77.89']);
    const invoice = await issue(made.id);
    expect(invoice).toMatchObject({
      ...{ status: 'ISSUED', number: '001-001-000000001', issuedOn: '2026-11-22', dueOn: '2026-12-22', chainIndex: 1 },
      ...{ balance: { minor: 7789 }, paymentStatus: 'UNPAID', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await issue(made.id)).toMatchObject({ number: invoice.number, version: invoice.version });
    expect(await issued([line('1', '1')])).toMatchObject({ chainIndex: 2, previousHash: invoice.hash });
  });
});
