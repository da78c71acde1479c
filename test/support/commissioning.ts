// Sellers who earn commissions, for tests of what they earn and how it is settled.
import { toDecimal } from '#kernel';
import { CommissionStatement, type CommissionStatementRow } from '#modules/billing/commissions';
import type { CreditNoteRow, InvoiceRow } from '#modules/billing/invoices';
import { billing } from './billing.ts';
import type { Domain } from './domain.ts';
import { line, usd } from './invoice-lines.ts';
import { makePeople } from './people.ts';

/** The tiers of domain 2.7. */
export const tiers = [{ upTo: '100', percent: '3' }, { percent: '5' }];

/** A domain with two people, of whom Ana sells, anew for each test: `beforeEach(start)`. */
export const commissioning = () => {
  const { start, run, issued, account, domain } = billing();
  const people = { ana: '', luis: '' };
  const plan = (more: object = {}) =>
    run('createCommissionPlan', {
      ...{ name: 'Plan', currency: 'USD', startsOn: '2026-01-01', members: [people.ana] },
      ...more,
    });
  const sell = async (amount: string, more: object = {}) => {
    const invoice = await issued([line('1', amount)], { owner: people.ana, ...more });
    await domain().settle();
    return invoice;
  };
  const credit = async (invoice: InvoiceRow, amount: string) => {
    const asked = { invoice: invoice.id, type: 'PRICE', reason: 'R', amount: usd(amount) };
    const { id } = await run<CreditNoteRow>('createCreditNote', asked);
    await run('issueCreditNote', { creditNote: id });
    await domain().settle();
  };
  const begin = async () => {
    await start();
    const [ana = '', luis = ''] = await makePeople(domain(), ['Ana', 'Luis']);
    Object.assign(people, { ana, luis });
  };
  return { start: begin, people, run, issued, account, domain, plan, sell, credit, ...lookingAt(domain, people) };
};

/** What has become of statements. */
const lookingAt = (domain: () => Domain, people: { readonly ana: string }) => {
  const statements = async (user: string) => {
    const { trusted } = domain().reader();
    const lists = await Promise.all(
      [true, false].map((open) => trusted(CommissionStatement).page('byUser', { of: user, open })),
    );
    return lists.flatMap(({ rows }) => rows).toSorted((a, b) => a.from.localeCompare(b.from));
  };
  const totals = async (user = people.ana) => (await statements(user)).map(({ total }) => toDecimal(total));
  const statement = async (user = people.ana, index = 0): Promise<CommissionStatementRow> => {
    const found = (await statements(user))[index];
    if (!found) throw new Error('There is no such statement.');
    return found;
  };
  return { statements, totals, statement };
};
