// Items become an invoice: they are reserved in the write that makes its draft, so that no two invoices ever take the same one.
import { DomainError, given, type Context } from '#kernel';
import { draftInvoice, noteDeliveries, type InvoiceRow } from '#modules/billing/invoices';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { invoiceLineOf } from './billable.rules.ts';
import { isWaiting, refreshBlocks } from './blocks.operations.ts';
import { fitTogether } from './grouping.rules.ts';

/** How making a draft of items fails, besides what drafting answers. */
export const invoicingFails = ['BLOCKED', 'ALREADY_INVOICED', 'TOO_MANY_LINES', 'OTHER_ACCOUNT'] as const;

/** An item with the currency that it was given when it was made. */
export type PricedItem = BillableItemRow & { readonly currency: string };

/** The currency of an item. */
export const withCurrency = (item: BillableItemRow): PricedItem => ({ ...item, currency: item.total.currency });

/**
 * Makes the draft of an invoice of items and reserves them for it, in the caller's write.
 * @throws BLOCKED, ALREADY_INVOICED, TOO_MANY_LINES, OTHER_ACCOUNT, and what `draftInvoice` throws
 */
export const draftForItems = async (
  context: Context,
  asked: readonly BillableItemRow[],
  { isIssuedAtOnce = false }: { readonly isIssuedAtOnce?: boolean } = {},
): Promise<InvoiceRow> => {
  const items = (await refreshBlocks(context, asked)).map(withCurrency);
  assertFree(items);
  const draft = await draftInvoice(context, {
    ...headOf(items),
    ...{ agreed: true, isIssuedAtOnce },
    lines: items.map((item) => ({ ...invoiceLineOf(item), billable: item.id, ...sourcesOf(item) })),
  });
  for (const item of items) context.trusted(BillableItem).move(item, 'RESERVED', { invoice: draft.id });
  await noteDeliveries(context, items, 1);
  return draft;
};

const assertFree = (items: readonly PricedItem[]): void => {
  const [first] = items;
  if (!first) throw new DomainError('ALREADY_INVOICED', 'Nothing of it is to be invoiced any more.');
  const taken = items.find((item) => !isWaiting(item));
  if (taken) throw new DomainError('ALREADY_INVOICED', `${taken.description} is ${taken.status}.`);
  const blocked = items.find(({ isBlocked }) => isBlocked);
  if (blocked)
    throw new DomainError(
      'BLOCKED',
      `${blocked.description}: ${blocked.blockedBy.map(({ code }) => code).join(', ')}.`,
    );
  if (items.some(({ account, currency }) => account !== first.account || currency !== first.currency))
    throw new DomainError('OTHER_ACCOUNT', 'An invoice is for one customer in one currency.');
  if (!fitTogether(items))
    throw new DomainError('TOO_MANY_LINES', 'That is too much for one write; a grouping run makes several invoices.');
};

/** What an invoice says as a whole: what all of its items say alike. */
const headOf = (items: readonly PricedItem[]) => {
  const alike = <Value>(valueOf: (item: PricedItem) => Value): Value | undefined => {
    const [value, ...others] = new Set(items.map(valueOf));
    return others.length === 0 ? value : undefined;
  };
  const [first] = items;
  return {
    account: first?.account ?? '',
    ...given({
      currency: first?.currency,
      paymentDays: alike(({ paymentDays }) => paymentDays),
      reference: alike(({ reference }) => reference?.slice(0, 60)),
      emissionPoint: alike(({ emissionPoint }) => emissionPoint),
      order: alike(({ order }) => order),
      contract: alike(({ contract }) => contract),
      owner: alike(({ owner }) => owner),
      team: alike(({ team }) => team),
    }),
  };
};

/** The order and the delivery that an item is of. */
export const sourcesOf = ({ order, orderLine, delivery, deliveryLine }: BillableItemRow) =>
  given({ order, orderLine, delivery, deliveryLine });
