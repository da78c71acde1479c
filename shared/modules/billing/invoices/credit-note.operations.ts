import {
  boolean,
  choice,
  decimal,
  defaulted,
  DomainError,
  given,
  list,
  longText,
  money,
  mutation,
  object,
  optional,
  ref,
  text,
  versionInput,
  zero,
  type Context,
} from '#kernel';
import { mostLines, totalsOfLines } from '#modules/catalog/pricing';
import { creditLines, type CreditAsk } from './credit-lines.rules.ts';
import { CreditNote, creditNoteTypes, type CreditNoteRow } from './credit-note.entity.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';

/** What is to be credited, and why. */
export type CreditDraft = {
  readonly invoice: string;
  readonly type: (typeof creditNoteTypes)[number];
  readonly reason: string;
  readonly ask: CreditAsk;
  readonly notes?: string;
  /** The delivery that came back. */
  readonly delivery?: string;
  /** Whether what is credited is to be invoiced again. */
  readonly reinvoice?: boolean;
  /** It is issued in the write that makes it: a write tells one thing of each record, and this is what others wait for. */
  readonly isIssuedAtOnce?: boolean;
};

/** What drafting a credit note may answer. */
export const creditDraftFails = [
  ...['NOT_ISSUED', 'NOT_CREDITABLE', 'OVER_CREDITED', 'NOTHING_LEFT', 'LINE_NOT_FOUND', 'LINE_INCOMPLETE'],
  ...['LINE_TWICE', 'CURRENCY_MISMATCH', 'NEGATIVE_AMOUNT'],
] as const;

/**
 * Makes a draft of a credit note in the caller's write, with what is left of the invoice's lines in proportion. It takes nothing
 * of them before it is issued. @throws `creditDraftFails`
 */
export const draftCreditNote = async (
  context: Context,
  { invoice: id, ask, isIssuedAtOnce = false, ...values }: CreditDraft,
): Promise<CreditNoteRow> => {
  const invoice = await context.data(Invoice).get(id);
  assertCreditable(invoice);
  const { currency } = invoice.total;
  const lines = creditLines(invoice.lines, ask);
  const totals = totalsOfLines(lines, currency);
  const { account, buyer, number = '', issuedOn = '' } = invoice;
  const draft = {
    ...values,
    ...given({
      locale: invoice.locale,
      emissionPoint: invoice.emissionPoint,
      owner: invoice.owner,
      team: invoice.team,
    }),
    ...{ invoice: id, invoiceNumber: number, invoiceIssuedOn: issuedOn, account, buyer, currency },
    ...{ lines, totals, total: totals.total, open: zero(currency), applications: [] },
  };
  return context.data(CreditNote).create(draft, { event: isIssuedAtOnce ? 'creditNote.issued' : 'creditNote.created' });
};

/** @throws NOT_ISSUED, NOT_CREDITABLE */
export const assertCreditable = ({ status, buyer }: InvoiceRow): void => {
  if (status !== 'ISSUED')
    throw new DomainError('NOT_ISSUED', `An invoice that is ${status} is not credited.`, ['invoice']);
  if (buyer.isFinalConsumer)
    throw new DomainError('NOT_CREDITABLE', 'A credit note names its receiver; a final consumer has no name.', [
      'invoice',
    ]);
};

export const createCreditNote = mutation('createCreditNote', {
  describes:
    'Makes a draft of a credit note: so many of some lines that came back, an amount without taxes off some lines or off all of them, or all that is left where nothing is said. Taxes and discounts follow in proportion, to the cent.',
  needs: 'creditNote.create',
  input: {
    invoice: ref('Invoice', { describes: 'The issued invoice that it credits.' }),
    type: choice(
      creditNoteTypes.filter((type) => type !== 'ADVANCE_APPLICATION'),
      {
        named: 'CreditNoteReason',
        describes: 'Why: RETURN for goods that came back, PRICE, REBATE, CANCELLATION for all of it.',
      },
    ),
    reason: text({ min: 1, max: 300, describes: 'Why, in the words that the document shows.' }),
    lines: optional(
      list(
        object('CreditedLine', {
          line: text({ max: 30, describes: 'The line of the invoice.' }),
          quantity: optional(decimal({ min: '0.000001', describes: 'How many come back.' })),
          amount: optional(money({ describes: 'In place of it an amount off the line, without taxes.' })),
        }),
        { max: mostLines, describes: 'Which lines.' },
      ),
    ),
    amount: optional(money({ describes: 'In place of lines an amount without taxes, over all lines in proportion.' })),
    notes: optional(longText({ max: 2000, describes: 'What is said below the lines.' })),
    reinvoice: defaulted(boolean({ describes: 'Whether what is credited is to be invoiced again.' }), false),
  },
  returns: CreditNote,
  fails: creditDraftFails,
  run: async ({ lines, amount, ...values }, context) => {
    if (values.type === 'CANCELLATION' && (lines ?? amount) !== undefined)
      throw new DomainError('BAD_INPUT', 'A cancellation credits all of it.', [lines ? 'lines' : 'amount']);
    if (amount && amount.minor <= 0) throw new DomainError('BAD_INPUT', 'An amount is credited.', ['amount']);
    const ask: CreditAsk = lines ? { lines } : amount ? { amount } : { all: true };
    return draftCreditNote(context, { ...values, ask });
  },
});

export const discardCreditNote = mutation('discardCreditNote', {
  describes: 'Gives up a draft of a credit note. It never had a number.',
  needs: 'creditNote.discard',
  input: {
    id: ref('CreditNote', { describes: 'The draft.' }),
    version: versionInput,
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: CreditNote,
  run: async ({ id, reason }, { data }) =>
    data(CreditNote).move(await data(CreditNote).get(id), 'DISCARDED', { discardReason: reason }),
});
