import {
  change,
  choice,
  compare,
  creation,
  DomainError,
  given,
  mayDo,
  mutation,
  reaction,
  recordInput,
  text,
  type ChangesOf,
  type Context,
  type InputOf,
} from '#kernel';
import { priceDocument, pricingFails } from '#modules/catalog/pricing';
import { Approval, askApproval, type ApprovalRow } from '#modules/platform/approvals';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { billedLine } from './billable.rules.ts';
import { isWaiting, refreshBlocks } from './blocks.operations.ts';
import { setCodes } from './blocks.rules.ts';
import { completeItems } from './make-items.operations.ts';

/** The permission to agree that something is never invoiced. */
export const waivesBilling = 'billableItem.approve';
/** The kind of approval for those who have not that permission. */
export const waiverKind = 'billing.waive';

const own = recordInput('BillableItem');
const reason = text({ min: 1, max: 500, describes: 'Why.' });

export const createBillableItem = creation(BillableItem, 'createBillableItem', {
  describes: 'Notes by hand that something is to be invoiced: hours, a milestone that was reached, a charge.',
  needs: 'billableItem.create',
  input: {},
  returns: BillableItem,
  fails: [...pricingFails, 'KIND_NOT_BY_HAND'],
  run: async ({ values }, context) => {
    const kind = values.kind ?? 'MANUAL';
    if (kind !== 'MANUAL' && kind !== 'MILESTONE')
      throw new DomainError('KIND_NOT_BY_HAND', 'Deliveries, orders and contracts make theirs by themselves.', [
        'kind',
      ]);
    const source = `hand/${context.ids.next('bil')}`;
    const [item] = await completeItems(context, [{ ...values, ...(await amountsOf(context, values)), kind, source }]);
    return context.data(BillableItem).create(item ?? values);
  },
});

type Amounted = Pick<
  InputOf<typeof BillableItem>,
  | 'account'
  | 'currency'
  | 'product'
  | 'description'
  | 'note'
  | 'quantity'
  | 'unit'
  | 'unitPrice'
  | 'taxCategory'
  | 'taxCodes'
>;

const amountsOf = async (context: Context, values: Amounted) => {
  const { account, currency = context.actor.currency, product, description, note, quantity, unit } = values;
  const { unitPrice, taxCategory, taxCodes } = values;
  const line = given({ product, description, note, quantity, unit, unitPrice, taxCategory, taxCodes });
  const { lines } = await priceDocument(context, { account, currency, day: context.clock.today(), lines: [line] });
  const [priced] = lines;
  if (!priced) throw new DomainError('LINE_INCOMPLETE', 'There is nothing to be priced.');
  return { ...billedLine(priced), currency };
};

export const updateBillableItem = change(BillableItem, 'updateBillableItem', {
  describes:
    'Changes how something that waits is invoiced: its reference, project, place, terms, owner. What it comes to changes only for what was noted by hand.',
  needs: 'billableItem.update',
  input: own,
  returns: BillableItem,
  fails: [...pricingFails, 'NOT_BY_HAND'],
  run: async ({ id, changes }, context) => {
    const item = await waiting(context, id);
    const isRepriced = fixed.some((name) => changes[name] !== undefined);
    if (isRepriced && !item.source.startsWith('hand/'))
      throw new DomainError('NOT_BY_HAND', 'What it comes to follows from where it comes from.', ['id']);
    const after = given({ ...item, ...withoutNulls(changes) });
    const amounts = isRepriced ? await amountsOf(context, after) : {};
    const [updated] = await refreshBlocks(context, [
      context.data(BillableItem).update(item, { ...changes, ...amounts }),
    ]);
    return updated ?? item;
  },
});

/** What an item is of and comes to. */
const fixed = [
  ...(['account', 'kind', 'product', 'description', 'note', 'quantity', 'unit', 'unitPrice'] as const),
  ...(['taxCategory', 'taxCodes', 'currency'] as const),
] as const;

const withoutNulls = (changes: ChangesOf<typeof BillableItem>) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));

const waiting = async ({ data }: Context, id: string): Promise<BillableItemRow> => {
  const item = await data(BillableItem).get(id);
  if (isWaiting(item)) return item;
  throw new DomainError('INVALID_STATE', `It is ${item.status}; only what waits changes.`, ['id']);
};

export const blockBillableItem = mutation('blockBillableItem', {
  describes: 'Keeps something from being invoiced until somebody releases it.',
  needs: 'billableItem.block',
  input: {
    ...own,
    code: choice(setCodes, { named: 'BillingHoldCode', describes: 'The customer disputes it, or it is held back.' }),
    reason,
  },
  returns: BillableItem,
  run: async ({ id, code, reason: why }, context) => {
    const item = await waiting(context, id);
    const block = { code, reason: why, by: context.actor.id, at: context.clock.instant() };
    const blockedBy = [...item.blockedBy.filter((each) => each.code !== code), block];
    return context.data(BillableItem).update(item, { blockedBy }, { event: 'billableItem.blocked' });
  },
});

export const releaseBillableItem = mutation('releaseBillableItem', {
  describes:
    'Takes back what somebody has set to keep something from being invoiced. What the product finds by itself stays.',
  needs: 'billableItem.release',
  input: own,
  returns: BillableItem,
  run: async ({ id }, context) => {
    const item = await waiting(context, id);
    const blockedBy = item.blockedBy.filter(({ code }) => !setCodes.some((set) => set === code));
    return context.data(BillableItem).update(item, { blockedBy }, { event: 'billableItem.unblocked' });
  },
});

export const waiveBillableItem = mutation('waiveBillableItem', {
  describes:
    'Gives up invoicing something. Who may not decide that asks those whom an approval policy of the kind `billing.waive` names; it waits until they agree.',
  needs: 'billableItem.waive',
  input: { ...own, reason },
  returns: BillableItem,
  fails: ['NO_APPROVAL_POLICY', 'NO_APPROVER'],
  run: async ({ id, reason: why }, context) => {
    const item = await waiting(context, id);
    if (mayDo(context.actor, waivesBilling))
      return context.data(BillableItem).move(item, 'WAIVED', { reason: why, waivedBy: context.actor.id });
    await askApproval(context, {
      ...{ about: id, kind: waiverKind, subject: item.description.slice(0, 200), amount: item.total, reason: why },
    });
    return context.data(BillableItem).update(item, { reason: why });
  },
});

export const takeWaiver = reaction('takeBillingWaiver', {
  describes: 'Gives up invoicing what those who decide have agreed to.',
  on: ['approval.approved'],
  run: async (event, { trusted }) => {
    const approval = await trusted(Approval).find(event.record.id);
    if (approval?.kind !== waiverKind) return;
    const item = await trusted(BillableItem).find(approval.about);
    if (!item || !isWaiting(item)) return;
    // What was repriced meanwhile is not what was agreed to: it waits on, and is asked for anew.
    if (!isFor(approval, item)) return;
    const waivedBy = approval.steps.flatMap(({ decisions }) => decisions).at(-1)?.by ?? event.actor;
    trusted(BillableItem).move(item, 'WAIVED', { reason: approval.reason ?? item.reason ?? null, waivedBy });
  },
});

const isFor = ({ amount }: ApprovalRow, { total }: BillableItemRow): boolean =>
  amount !== undefined && amount.currency === total.currency && compare(amount, total) === 0;
