// Advances (domain 3.7): what was invoiced ahead is owed until later invoices are reduced by it. In Ecuador, which knows no negative
// lines, by a credit note on the advance; elsewhere by a deduction on the draft, with the taxes that the advance had.
import { DomainError, negate, subtract, type Context, type Money } from '#kernel';
import { Advance, type AdvanceRow } from './advance.entity.ts';
import { deductionOf } from './advance.rules.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';

/** The liability of an advance, opened when its invoice is issued. */
export const openAdvance = (
  { trusted }: Context,
  { id, kind, account, number = '', issuedOn = '', total }: InvoiceRow,
): { readonly advance?: string } => {
  if (kind !== 'ADVANCE') return {};
  const advance = trusted(Advance).create({
    ...{ account, number, issuedOn, total },
    ...{ invoice: id, remaining: total, applications: [] },
  });
  return { advance: advance.id };
};

/** Takes of an advance, never more than is left; a negative amount puts it back. @throws OVER_APPLIED */
export const takeAdvance = async (
  { trusted, clock }: Context,
  id: string,
  { amount, ...where }: { readonly amount: Money; readonly invoice: string; readonly creditNote?: string },
): Promise<AdvanceRow> => {
  const advance = await trusted(Advance).get(id);
  const remaining = subtract(advance.remaining, amount);
  if (remaining.minor < 0 || remaining.minor > advance.total.minor)
    throw new DomainError('OVER_APPLIED', 'No more than is left of the advance can be applied.', ['amount']);
  const applications = [...advance.applications, { ...where, amount, on: clock.today() }];
  const event = amount.minor < 0 ? 'advance.restored' : 'advance.applied';
  return trusted(Advance).update(advance, { remaining, applications }, { event });
};

/** Reduces a draft by an advance: what there is to pay is less, the lines stay. @throws OVER_APPLIED, INVALID_STATE */
export const deductAdvance = async (
  context: Context,
  invoice: InvoiceRow,
  id: string,
  amount: Money,
): Promise<InvoiceRow> => {
  if (invoice.status !== 'DRAFT')
    throw new DomainError('INVALID_STATE', `An advance reduces a draft; this invoice is ${invoice.status}.`, [
      'invoice',
    ]);
  if (amount.minor > invoice.total.minor)
    throw new DomainError('OVER_APPLIED', 'An invoice is not reduced below nothing.', ['amount']);
  const advance = await context.trusted(Advance).get(id);
  const { totals } = await context.trusted(Invoice).get(advance.invoice);
  const deduction = deductionOf(advance, totals, amount);
  await takeAdvance(context, id, { amount, invoice: invoice.id });
  return context.data(Invoice).update(invoice, {
    deductions: [...invoice.deductions, deduction],
    total: subtract(invoice.total, amount),
  });
};

/** Puts back what a draft or an invoice that is given up was reduced by. */
export const restoreAdvances = async (context: Context, { id, deductions }: InvoiceRow): Promise<void> => {
  for (const { advance, total } of deductions)
    await takeAdvance(context, advance, { amount: negate(total), invoice: id });
};

/** Closes the advance of an invoice that is voided. @throws ADVANCE_APPLIED when something of it was used */
export const closeAdvance = async (context: Context, { advance: id, id: invoice }: InvoiceRow): Promise<void> => {
  if (id === undefined) return;
  const { remaining, total } = await context.trusted(Advance).get(id);
  if (remaining.minor !== total.minor)
    throw new DomainError('ADVANCE_APPLIED', 'Other invoices were reduced by this advance.', ['id']);
  await takeAdvance(context, id, { amount: total, invoice });
};
