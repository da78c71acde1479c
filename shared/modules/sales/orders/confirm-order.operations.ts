import {
  add,
  boolean,
  choice,
  defaulted,
  DomainError,
  mutation,
  optional,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
  type Money,
} from '#kernel';
import { usePromotions } from '#modules/catalog/promotions';
import { Account } from '#modules/parties/accounts';
import { Approval, askApproval, policyOf } from '#modules/platform/approvals';
import { draftOf, orderFails } from './create-order.operations.ts';
import { creditHolds } from './credit.operations.ts';
import { Order, type OrderRow } from './order.entity.ts';
import { withPricesThatHold } from './order-prices.operations.ts';
import { alignStock, assertInStock } from './order-stock.operations.ts';
import { useSamples } from './samples.operations.ts';

/** The kinds of approval that orders may need: for credit, and for what is given away. */
export const approvalKinds = ['order', 'order.discount'] as const;
type Kind = (typeof approvalKinds)[number];
/** The permission to confirm orders of customers without credit. */
export const releases = 'order.release';

const input = {
  id: ref('Order', { describes: 'Which draft.' }),
  version: versionInput,
  changedPrices: optional(
    choice(['KEEP', 'RENEW'], {
      named: 'ChangedPrices',
      describes:
        'What to do where prices have changed since the draft was priced: keep those it has, or take those of today. Without it the answer is PRICES_CHANGED.',
    }),
  ),
  acceptsShortage: defaulted(
    boolean({
      describes:
        'Whether lines are taken of which not enough is in stock: what is free is reserved, the rest follows. Otherwise the answer is OUT_OF_STOCK.',
    }),
    false,
  ),
};
const fails = [
  ...orderFails,
  'PRICES_CHANGED',
  'OUT_OF_STOCK',
  'CREDIT_BLOCKED',
  'PROMOTION_USED_UP',
  'SAMPLE_LIMIT',
] as const;

export const confirmOrder = mutation('confirmOrder', {
  describes:
    'Confirms a draft: its stock is reserved, the uses of its promotions are counted, and prices are looked at once more. Where a policy of the kind `order.discount` asks for it, or the customer has no credit and there is a policy of the kind `order`, the approvers are asked, and it is confirmed when they agree; without credit and such a policy the answer is CREDIT_BLOCKED, until somebody who may releases it.',
  needs: 'order.confirm',
  input,
  returns: Order,
  fails: [...fails, 'NO_APPROVER'],
  run: async ({ id, changedPrices, acceptsShortage }, context) => {
    const order = await withPricesThatHold(context, await draftOf(context, id), changedPrices);
    const discount = await askedDiscount(context, order);
    if (discount) return askFirst(context, order, { kind: 'order.discount', amount: discount, heldFor: ['DISCOUNT'] });
    const heldFor = await creditHolds(context, order);
    if (heldFor.length > 0) return askForCredit(context, order, heldFor);
    if (!acceptsShortage) await assertInStock(context, { ...order, status: 'CONFIRMED' });
    return confirm(context, order);
  },
});

/** What is given away; nothing where that was agreed in an offer before, or is meant so. */
const discountOf = ({ totals, type, arePricesAgreed }: OrderRow): Money | undefined => {
  const given = add(totals.lineDiscount, totals.headerDiscount);
  return type === 'SAMPLE' || arePricesAgreed || given.minor === 0 ? undefined : given;
};

/** What is given away, where a policy says who decides about it. */
const askedDiscount = async (context: Context, order: OrderRow): Promise<Money | undefined> => {
  const discount = discountOf(order);
  return discount && (await policyOf(context, 'order.discount', discount)) ? discount : undefined;
};

export const releaseOrder = mutation('releaseOrder', {
  describes:
    'Confirms a draft though the customer has no credit for it, and keeps who said so and why. What a policy leaves to approvers they decide: also what is given away, unless they have agreed to so much of it before.',
  needs: releases,
  input: { ...input, reason: text({ min: 1, max: 500, describes: 'Why.' }) },
  returns: Order,
  fails: [...fails, 'APPROVAL_NEEDED', 'NOT_HELD'],
  run: async ({ id, changedPrices, acceptsShortage, reason }, context) => {
    const order = await withPricesThatHold(context, await draftOf(context, id), changedPrices);
    const heldFor = await creditHolds(context, order);
    await assertReleasable(context, order, heldFor);
    if (!acceptsShortage) await assertInStock(context, { ...order, status: 'CONFIRMED' });
    return confirm(context, order, {
      heldFor,
      released: { reason, by: context.actor.id, at: context.clock.instant() },
    });
  },
});

/** @throws APPROVAL_NEEDED where others are to decide, NOT_HELD where nobody needs to */
const assertReleasable = async (context: Context, order: OrderRow, heldFor: readonly string[]): Promise<void> => {
  const discount = await askedDiscount(context, order);
  const isOthers = heldFor.length > 0 && (await policyOf(context, 'order', order.total)) !== undefined;
  if (isOthers || (discount && !(await isAgreed(context, order, discount))))
    throw new DomainError('APPROVAL_NEEDED', 'A policy says who decides about this; confirm it to ask them.', ['id']);
  if (heldFor.length === 0) throw new DomainError('NOT_HELD', 'Nothing holds it; confirm it.', ['id']);
};

/** Whether approvers have agreed that so much is given away with it. */
const isAgreed = async ({ trusted }: Context, { id }: OrderRow, discount: Money): Promise<boolean> => {
  const { rows } = await trusted(Approval).page('byRecord', { of: id, first: 50 });
  return rows.some(
    ({ kind, status, amount }) =>
      kind === 'order.discount' &&
      status === 'APPROVED' &&
      amount?.minor === discount.minor &&
      amount.currency === discount.currency,
  );
};

/** @throws CREDIT_BLOCKED where no policy says who may be asked */
export const askForCredit = async (
  context: Context,
  order: OrderRow,
  heldFor: readonly string[],
): Promise<OrderRow> => {
  if (await policyOf(context, 'order', order.total))
    return askFirst(context, order, { kind: 'order', amount: order.total, heldFor });
  throw new DomainError(
    'CREDIT_BLOCKED',
    `The customer has no credit for it (${heldFor.join(', ')}); somebody who may can release it.`,
    ['id'],
  );
};

const askFirst = async (
  context: Context,
  order: OrderRow,
  { kind, amount, heldFor }: { readonly kind: Kind; readonly amount: Money; readonly heldFor: readonly string[] },
): Promise<OrderRow> => {
  const { name } = await context.trusted(Account).get(order.account);
  await askApproval(context, {
    ...{ about: order.id, kind, amount },
    subject: `${order.number} ${name}`.slice(0, 200),
    reason: heldFor.join(', '),
  });
  return order.status === 'PENDING_APPROVAL'
    ? context.data(Order).update(order, { heldFor })
    : context.data(Order).move(order, 'PENDING_APPROVAL', { heldFor });
};

/** Confirms: counts what is limited, and reserves what is free. @throws PROMOTION_USED_UP, SAMPLE_LIMIT */
export const confirm = async (
  context: Context,
  order: OrderRow,
  changes: ChangesOf<typeof Order> = {},
): Promise<OrderRow> => {
  await usePromotions(context, order.promotions, order.account);
  const sampled = await useSamples(context, order);
  const lines = await alignStock(context, { ...order, status: 'CONFIRMED' });
  const confirmedAt = context.clock.instant();
  return context
    .data(Order)
    .move(order, 'CONFIRMED', { ...changes, ...sampled, lines, confirmedAt, confirmedBy: context.actor.id });
};
