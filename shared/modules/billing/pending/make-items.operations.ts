// Makes items of what was delivered, ordered or agreed: one for each line of its source, however often that is told.
import { DomainError, type Context, type DraftOf } from '#kernel';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import type { BilledLine } from './billable.rules.ts';
import { blocksOf, readAround } from './blocks.operations.ts';
import { InvoicingTenant, usualLateDays } from './trading-terms.entity.ts';

type Draft = DraftOf<typeof BillableItem>;

/** What an item is of, and what it comes to. */
export type NewItem = Omit<Draft, keyof BilledLine | 'blockedBy' | 'isBlocked' | 'lateAt'> &
  BilledLine & { readonly source: string };

/** Items as they are written: with what keeps them from being invoiced, and when they are late. */
export const completeItems = async (context: Context, items: readonly NewItem[]): Promise<readonly Draft[]> => {
  const [around, tenant] = await Promise.all([
    readAround(context, items),
    context.trusted(InvoicingTenant).find(context.actor.tenant),
  ]);
  const days = tenant?.lateToInvoiceDays ?? usualLateDays;
  const at = context.clock.instant();
  return items.map((item) => {
    const blockedBy = blocksOf(item, around, at);
    const lateAt = dayStart(dayAfter(item.readyOn, days + 1), context.actor.timeZone);
    return { ...item, blockedBy, isBlocked: blockedBy.length > 0, lateAt };
  });
};

/**
 * Makes those of the items that are not there yet, each in a write of its own: a document has up to 500 lines. A second call makes
 * none; one that another caller makes at the same time is left to that caller.
 */
export const makeItems = async (context: Context, items: readonly NewItem[]): Promise<void> => {
  const known = await context.trusted(BillableItem).findAllUnique(
    'source',
    items.map(({ source }) => source),
  );
  const missing = await completeItems(
    context,
    items.filter(({ source }) => !known.has(source)),
  );
  const outcomes = await context.together(
    missing.map((item) => ({
      key: item.source ?? '',
      run: ({ trusted }): Promise<BillableItemRow> => Promise.resolve(trusted(BillableItem).create(item)),
    })),
  );
  const failed = outcomes.find(({ status, error }) => status === 'failed' && !isMadeByAnother(error));
  if (failed) throw failed.error;
};

const isMadeByAnother = (error: unknown): boolean => error instanceof DomainError && error.code === 'NOT_UNIQUE';
