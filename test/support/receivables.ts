// An account that is invoiced and pays, for tests of payments and of what follows from them.
import { beforeEach } from '@jest/globals';
import { moneyOf, toDecimal, type AnyRow, type Money } from '#kernel';
import { Approval } from '#modules/platform/approvals';
import { Invoice, type InvoiceRow } from '#modules/billing/invoices';
import type { PaymentRow } from '#modules/billing/payments';
import { startDomain, type Domain } from './domain.ts';
import type { Tenanted, TestTable } from './engine.ts';
import { partyModules } from './parties.ts';
import { makePeople } from './people.ts';

type Input = Readonly<Record<string, unknown>>;
type Ageing = { readonly amounts: readonly Readonly<Record<string, Money>>[] };

/** Money of a decimal, as rows hold it. */
export const usd = (amount: string): Money => moneyOf(Math.round(Number(amount) * 100), 'USD');
/** Money as clients give it. */
export const asked = (amount: string, currency = 'USD') => ({ amount, currency });

/** A domain with an emission point and an account, anew for each test; today is 2026-11-22. */
export const withReceivables = (tenanted: Pick<Tenanted<TestTable>, 'table' | 'tenant'>) => {
  let domain: Domain;
  let account = '';
  const run = <Result = AnyRow>(operation: string, input: Input) =>
    domain.run<Result>(operation, input, domain.actor());
  const invoice = (id: string) => domain.reader().data(Invoice).get(id);
  beforeEach(async () => {
    domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
    await run('createEmissionPoint', { code: '001-001', isDefault: true });
    account = (await run('createAccount', { name: 'Molinos', taxId: '1790016919001', email: 'molinos@example.com' }))
      .id;
  });
  return {
    domain: () => domain,
    account: () => account,
    run,
    invoice,
    /** An issued invoice of one line that is free of taxes. */
    invoiced: (amount: string, on: string, paymentDays = 30, more: Input = {}) =>
      run<InvoiceRow>('billDirectly', {
        ...{ account, paymentDays, on },
        lines: [{ description: 'Service', quantity: '1', unitPrice: amount, taxCategory: 'ZERO' }],
        ...more,
      }),
    paid: (amount: string, more: Input = {}) =>
      run<PaymentRow>('receivePayment', { account, receivedOn: '2026-11-20', amount: asked(amount), ...more }),
    balances: async (...rows: readonly InvoiceRow[]) =>
      (await Promise.all(rows.map(({ id }) => invoice(id)))).map(({ balance }) => toDecimal(balance)),
    /** What is not nothing of an ageing. */
    ageingOn: async (at: string, of: Input = { account }) => {
      const { amounts } = await run<Ageing>('ageing', { ...of, at });
      return amounts.map(notNothing);
    },
    approver: (kind: string) => makeApprover(domain, kind),
  };
};

const notNothing = (amounts: Readonly<Record<string, Money>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(amounts).flatMap(([name, value]) => (value.minor === 0 ? [] : [[name, toDecimal(value)]])),
  );

/** Somebody who must agree to a kind of thing; answers how that person approves what a record asks for. */
const makeApprover = async (domain: Domain, kind: string): Promise<(about: string) => Promise<void>> => {
  const [boss = ''] = await makePeople(domain, ['Boss']);
  await domain.run('createApprovalPolicy', { name: kind, kind, steps: [{ by: 'PERSON', user: boss }] });
  return async (about) => {
    await domain.settle();
    const { rows } = await domain.reader().trusted(Approval).page('byRecord', { of: about });
    await domain.run('approve', { id: rows[0]?.id ?? '' }, domain.actor({ id: boss, userId: boss }));
    await domain.settle();
  };
};
