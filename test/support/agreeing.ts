// A customer with agreements, for tests of what is earned by them and how it is settled.
import { toDecimal, type AnyRow } from '#kernel';
import { AgreementPeriod, AgreementSettlement, type AgreementRow } from '#modules/billing/agreements';
import { CreditNote, type CreditNoteRow, type InvoiceRow } from '#modules/billing/invoices';
import { billing } from './billing.ts';
import type { Domain } from './domain.ts';
import { line, usd } from './invoice-lines.ts';

/** The tiers of domain 2.6. */
export const tiers = [
  { from: '0', percent: '0' },
  { from: '10000', percent: '2' },
  { from: '25000', percent: '4' },
];

/** A domain with a customer, anew for each test: `beforeEach(start)`. Agreements run in November and December of 2026. */
export const agreeing = () => {
  const { start, run, issued, account, domain } = billing();
  const november = { startsOn: '2026-11-01', endsOn: '2026-12-31', frequency: 'MONTH' };
  const draft = (more: object = {}) =>
    run<AgreementRow>('createAgreement', {
      ...{ name: 'Rappel', account: account(), currency: 'USD', tiers },
      ...november,
      ...more,
    });
  const activate = ({ id, version }: AgreementRow) => run<AgreementRow>('activateAgreement', { id, version });
  const active = async (more: object = {}) => {
    const agreement = await activate(await draft(more));
    await domain().settle();
    return agreement;
  };
  const sell = async (amount: string, more: object = {}) => {
    const invoice = await issued([line('1', amount, more)]);
    await domain().settle();
    return invoice;
  };
  const credit = async (invoice: InvoiceRow, type: string, amount: string) => {
    const note = await run<CreditNoteRow>('createCreditNote', {
      invoice: invoice.id,
      type,
      reason: 'R',
      amount: usd(amount),
    });
    await run('issueCreditNote', { creditNote: note.id });
    await domain().settle();
  };
  return { start, run, issued, account, domain, draft, activate, active, sell, credit, ...lookingAt(domain) };
};

/** What has become of agreements. */
const lookingAt = (domain: () => Domain) => {
  const periods = async ({ id }: AnyRow) =>
    (await domain().reader().trusted(AgreementPeriod).page('byAgreement', { of: id })).rows;
  const period = async (agreement: AnyRow, index = 0) => {
    const found = (await periods(agreement))[index];
    if (!found) throw new Error('There is no such period.');
    return found;
  };
  const figures = async (agreement: AnyRow, index = 0) => {
    const { rebate, adjustment, settled, due } = await period(agreement, index);
    return [rebate, adjustment, settled, due].map(toDecimal);
  };
  const settlements = async (agreement: AnyRow) => {
    const { trusted } = domain().reader();
    const lists = await Promise.all(
      (await periods(agreement)).map(({ id }) => trusted(AgreementSettlement).page('byPeriod', { of: id })),
    );
    return lists.flatMap(({ rows }) => rows).filter(({ status }) => status !== 'REJECTED' && status !== 'DONE');
  };
  const note = (id: string) => domain().reader().data(CreditNote).get(id);
  return { period, figures, settlements, note };
};
