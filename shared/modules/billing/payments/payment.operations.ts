import {
  add,
  boolean,
  creation,
  date,
  defaulted,
  DomainError,
  given,
  list,
  money,
  mutation,
  object,
  optional,
  recordInput,
  ref,
  text,
  type Context,
  type DraftOf,
  type InputOf,
} from '#kernel';
import { Account } from '#modules/parties/accounts';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { dayAfter } from '#modules/platform/settings';
import { InvoiceSettlement } from './invoice-settlement.entity.ts';
import { mostApplications, Payment, type PaymentRow } from './payment.entity.ts';
import { applyFails, applyShares, assertPositive, sharesFor, takenBack, type Asked } from './settle.operations.ts';

const own = recordInput('Payment');

const shares = optional(
  list(
    object('PaymentShare', {
      invoice: ref('Invoice', { describes: 'The invoice.' }),
      amount: money({ describes: 'How much of the payment is for it.' }),
    }),
    {
      max: mostApplications,
      describes:
        'What it is for. When absent it is found out: the invoices that the reference names, else one of the same amount, else the oldest ones.',
    },
  ),
);

type NewPayment = InputOf<typeof Payment>;

/** How a payment comes to be besides what a client says. */
export type PaymentOrigin = Pick<DraftOf<typeof Payment>, 'bankLine'>;

/** Money came in: a payment with its number, applied to what it is for. Part of the caller's write. */
export const takePayment = async (
  context: Context,
  values: NewPayment,
  asked: readonly Asked[] | undefined,
  origin: PaymentOrigin = {},
): Promise<PaymentRow> => {
  assertPositive([{ invoice: '', amount: values.amount }, ...(asked ?? [])]);
  assertPast(values.receivedOn, context, 'receivedOn');
  await context.data(Account).get(values.account);
  const number = await takeDocumentNumber(context, 'payment');
  const payment = context.data(Payment).create({ ...values, ...origin, number }, { event: 'payment.received' });
  const wanted = asked ?? (await sharesFor(context, values));
  if (wanted.length === 0) return payment;
  const applications = await applyShares(context, payment, wanted, values.receivedOn);
  return context.data(Payment).update(payment, { applications });
};

const assertPast = (day: string, { clock }: Context, field: string): void => {
  if (day > clock.today()) throw new DomainError('BAD_INPUT', 'That day has not come yet.', [field]);
};

export const receivePayment = creation(Payment, 'receivePayment', {
  describes:
    'Books money that an account paid, and applies it to invoices. What is not applied stays as the account’s credit.',
  needs: 'payment.create',
  input: {
    applications: shares,
    isKept: defaulted(boolean({ describes: 'Whether none of it is applied yet: all is credit.' }), false),
  },
  returns: Payment,
  fails: applyFails,
  run: ({ values, applications, isKept }, context) => {
    const { applications: _none, refunds: _nothing, ...rest } = values;
    return takePayment(context, rest, isKept ? [] : applications);
  },
});

export const applyPayment = mutation('applyPayment', {
  describes: 'Applies credit of a payment to invoices: those that are named, or those that it seems to be for.',
  needs: 'payment.apply',
  input: {
    ...own,
    applications: shares,
    on: optional(date({ describes: 'From which day on it counts; today when absent.' })),
  },
  returns: Payment,
  fails: applyFails,
  run: async ({ id, applications, on }, context) => {
    const payment = await received(context, id);
    assertPositive(applications ?? []);
    const { account, unapplied: amount, reference } = payment;
    const wanted = applications ?? (await sharesFor(context, given({ account, amount, reference })));
    const day = dayOf(context, payment, on);
    const after = await applyShares(context, payment, wanted, day);
    return context.data(Payment).update(payment, { applications: after }, { event: 'payment.applied' });
  },
});

/** A payment counts for an invoice from the day on that it came in, not before. */
const dayOf = (context: Context, { receivedOn }: PaymentRow, on = context.clock.today()): string => {
  assertPast(on, context, 'on');
  return on < receivedOn ? receivedOn : on;
};

/** A payment that counts. @throws INVALID_STATE */
const received = async ({ data }: Context, id: string): Promise<PaymentRow> => {
  const payment = await data(Payment).get(id);
  if (payment.status !== 'RECEIVED') throw new DomainError('INVALID_STATE', `It is ${payment.status}.`, ['id']);
  return payment;
};

export const unapplyPayment = mutation('unapplyPayment', {
  describes: 'Takes a payment back from an invoice: the invoice owes it again, and it is the account’s credit.',
  needs: 'payment.apply',
  input: {
    ...own,
    invoice: ref('Invoice', { describes: 'The invoice.' }),
    amount: optional(money({ describes: 'How much; all that was applied to it when absent.' })),
  },
  returns: Payment,
  fails: [...applyFails, 'NOT_APPLIED'],
  run: async ({ id, invoice, amount }, context) => {
    const payment = await received(context, id);
    if (amount) assertPositive([{ invoice, amount }]);
    const back = takenBack(payment.applications, invoice, amount);
    if (back.length === 0)
      throw new DomainError('NOT_APPLIED', 'The payment is not applied to this invoice.', ['invoice']);
    const applications = await applyShares(context, payment, back, context.clock.today());
    return context.data(Payment).update(payment, { applications }, { event: 'payment.unapplied' });
  },
});

export const reversePayment = mutation('reversePayment', {
  describes:
    'Notes that a payment was none: the cheque bounced, the debit was sent back. The invoices that it paid owe it again.',
  needs: 'payment.reverse',
  input: {
    ...own,
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
    on: optional(date({ describes: 'On which day; today when absent.' })),
  },
  returns: Payment,
  fails: [...applyFails, 'WAS_REFUNDED'],
  run: async ({ id, reason, on }, context) => {
    const payment = await received(context, id);
    if (payment.refunds.length > 0)
      throw new DomainError('WAS_REFUNDED', 'What was paid back cannot turn out to be none.', ['id']);
    const reversedOn = dayOf(context, payment, on);
    await assertNotAppliedAfter(context, payment, reversedOn);
    const back = takenBack(payment.applications, undefined, undefined);
    const applications = await applyShares(context, payment, back, reversedOn);
    return context.data(Payment).move(payment, 'REVERSED', { applications, reversedOn, reason });
  },
});

/** What was applied on a day is not taken back on an earlier one: ageing of the days between would be wrong. */
const assertNotAppliedAfter = async (
  { trusted }: Context,
  { id, invoices }: PaymentRow,
  day: string,
): Promise<void> => {
  const from = dayAfter(day);
  for (const of of invoices) {
    const { rows } = await trusted(InvoiceSettlement).page('byInvoice', { of, from, first: 100 });
    if (rows.some(({ source }) => source === id))
      throw new DomainError('BAD_INPUT', 'It was applied to an invoice later than that day.', ['on']);
  }
};

export const refundPayment = mutation('refundPayment', {
  describes: 'Notes that credit of an account was paid back.',
  needs: 'payment.refund',
  input: {
    ...own,
    amount: money({ describes: 'How much.' }),
    on: optional(date({ describes: 'When; today when absent.' })),
    reference: optional(text({ max: 200, describes: 'By what: the number of the transfer.' })),
  },
  returns: Payment,
  fails: ['OVER_APPLIED', 'CURRENCY_MISMATCH'],
  run: async ({ id, amount, on, reference }, context) => {
    const payment = await received(context, id);
    assertPositive([{ invoice: '', amount }]);
    add(payment.unapplied, amount);
    const refund = given({ on: dayOf(context, payment, on), amount, reference });
    return context
      .data(Payment)
      .update(payment, { refunds: [...payment.refunds, refund] }, { event: 'payment.refunded' });
  },
});
