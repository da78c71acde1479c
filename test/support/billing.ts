// A company in Ecuador that issues invoices, for tests of what is invoiced, credited and paid.
import { module, money, mutation, ref, type AnyRow } from '#kernel';
import { Invoice, settleInvoice, type InvoiceRow } from '#modules/billing/invoices';
import { Tenant } from '#modules/platform/settings';
import { line } from './invoice-lines.ts';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { withTenantTable } from './engine.ts';
import { partyModules } from './parties.ts';
import { storeTenantOf, storingTenant, tenantIdOf } from './tenant.ts';

export { line, usd, worked } from './invoice-lines.ts';

/** What a payment does to an invoice, without one. */
const pay = mutation('pay', {
  describes: 'Settles an invoice, for tests.',
  needs: 'invoice.test',
  input: { id: ref('Invoice', { describes: 'Which one.' }), amount: money({ describes: 'How much.' }) },
  returns: Invoice,
  fails: ['OVER_SETTLED'],
  run: ({ id, amount }, context) => settleInvoice(context, id, { paid: amount }),
});

/** What giving up an invoice does to it. */
const writeOff = mutation('writeOffForTests', {
  describes: 'Writes of an invoice off, for tests.',
  needs: 'invoice.test',
  input: { id: ref('Invoice', { describes: 'Which one.' }), amount: money({ describes: 'How much.' }) },
  returns: Invoice,
  fails: ['OVER_SETTLED'],
  run: ({ id, amount }, context) => settleInvoice(context, id, { writtenOff: amount }),
});

const modules = [...partyModules, storingTenant, module('billing/paying-for-tests', { operations: [pay, writeOff] })];

/** A domain with an emission point and a customer, anew for each test: `beforeEach(start)`. */
export const billing = (options: Partial<DomainOptions> = {}) => {
  const tenanted = withTenantTable();
  let domain: Domain;
  let account = '';
  const tenant = () => tenantIdOf(tenanted.tenant);
  const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
    domain.run<Result>(operation, input, domain.actor());
  const draft = (lines: readonly object[], more: object = {}) =>
    run<InvoiceRow>('createInvoice', { account, lines, ...more });
  const issue = (invoice: string, more: object = {}) => run<InvoiceRow>('issueInvoice', { invoice, ...more });
  return {
    ...{ line, run, draft, issue },
    domain: () => domain,
    account: () => account,
    issued: async (lines: readonly object[], more: object = {}) => issue((await draft(lines, more)).id),
    at: {
      /** Closes the books up to a day. */
      closed: async (closedUntil: string) => {
        const { version } = await domain.reader().trusted(Tenant).get(tenant());
        await run('updateTenant', { id: tenant(), version, closedUntil });
      },
    },
    start: async () => {
      domain = startDomain({
        ...{ modules, table: tenanted.table, tenant: tenant() },
        ...options,
      });
      await storeTenantOf(domain, { country: 'EC', timeZone: 'America/Guayaquil' });
      await run('createEmissionPoint', { code: '001-001' });
      account = (await run('createAccount', { name: 'Customer', taxId: '1790016919001', paymentDays: 30 })).id;
    },
  };
};
