// One call from an accepted offer or a confirmed order to its invoice, whole or in part.
import { decimal, DomainError, given, list, mutation, object, optional, ref, text } from '#kernel';
import { agreedLine, mostLines, shareOfLine, type StoredLine } from '#modules/catalog/pricing';
import { Order, uninvoicedOf } from '#modules/sales/orders';
import { Quote, remainingLines } from '#modules/sales/quotes';
import { draftFails, draftInvoice, type InvoiceLineInput } from './draft-invoice.operations.ts';
import { Invoice } from './invoice.entity.ts';

const some = optional(
  list(
    object('InvoicedQuantity', {
      key: text({ max: 30, describes: 'The line.' }),
      quantity: decimal({ min: '0.000001', describes: 'How many of it.' }),
    }),
    { max: mostLines, describes: 'Which lines, and how many of each; all that is left when absent.' },
  ),
);
type Some = readonly { readonly key: string; readonly quantity: string }[];

const header = {
  lines: some,
  reference: optional(text({ max: 60, describes: 'The customer’s own number for it.' })),
  emissionPoint: optional(ref('EmissionPoint', { describes: 'Where it is issued; the default point when absent.' })),
};

const fails = [...draftFails, 'LINE_NOT_FOUND', 'TAX_NOT_FOUND', 'CURRENCY_MISMATCH'] as const;

export const createInvoiceFromQuote = mutation('createInvoiceFromQuote', {
  describes:
    'Makes the invoice of an accepted offer, as a draft: all that remains of it, or some lines and quantities, at the prices that the customer accepted.',
  needs: 'invoice.create',
  input: { quote: ref('Quote', { describes: 'The accepted offer.' }), ...header },
  returns: Invoice,
  fails,
  run: async ({ quote: id, lines, ...more }, context) => {
    const quote = await context.data(Quote).get(id);
    if (quote.status !== 'ACCEPTED' && quote.status !== 'CONVERTED')
      throw new DomainError('INVALID_STATE', `It is ${quote.status}; an accepted offer is invoiced.`, ['quote']);
    const left = remainingLines(quote).map(({ line, remaining }) => ({
      line,
      left: remaining,
      before: line.converted,
    }));
    const { account, contact, opportunity, owner, team, locale } = quote;
    return draftInvoice(context, {
      ...given({ account, contact, opportunity, owner, team, locale, ...more }),
      ...{ quote: id, currency: quote.total.currency, agreed: true },
      lines: partsOf(left, lines).map((line) => ({ ...line, quoteLine: line.key ?? '' })),
    });
  },
});

export const createInvoiceFromOrder = mutation('createInvoiceFromOrder', {
  describes:
    'Makes the invoice of a confirmed order, as a draft: all that is not invoiced yet, or some lines and quantities, at the prices of the order. What is on a draft can be on no other invoice.',
  needs: 'invoice.create',
  input: { order: ref('Order', { describes: 'The confirmed order.' }), ...header },
  returns: Invoice,
  fails,
  run: async ({ order: id, lines, ...more }, context) => {
    const order = await context.data(Order).get(id);
    const left = order.lines.map((line) => ({ line, left: uninvoicedOf(line), before: line.invoiced }));
    const { account, contact, opportunity, owner, team } = order;
    return draftInvoice(context, {
      ...given({ account, contact, opportunity, owner, team }),
      ...given({ ...more, reference: more.reference ?? order.reference?.slice(0, 60) }),
      ...{ order: id, currency: order.total.currency, agreed: true },
      lines: partsOf(left, lines).map((line) => ({ ...line, order: id, orderLine: line.key ?? '' })),
    });
  },
});

type Left = { readonly line: StoredLine; readonly left: string; readonly before: string };

/** The lines that are meant, as they were agreed; whole ones come to what they came to. @throws LINE_NOT_FOUND, LINE_TWICE */
const partsOf = (all: readonly Left[], asked: Some | undefined): readonly InvoiceLineInput[] => {
  const wanted =
    asked ?? all.filter(({ left }) => left !== '0').map(({ line, left }) => ({ key: line.key, quantity: left }));
  if (new Set(wanted.map(({ key }) => key)).size < wanted.length)
    throw new DomainError('LINE_TWICE', 'A line is named twice.', ['lines']);
  return wanted.map(({ key, quantity }, index) => {
    const found = all.find(({ line }) => line.key === key);
    if (!found) throw new DomainError('LINE_NOT_FOUND', `There is no line ${key} left.`, ['lines', index, 'key']);
    return agreedLine(shareOfLine(found.line, { before: found.before, quantity }));
  });
};
