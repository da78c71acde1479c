import { boolean, given, integer, list, money, object, optional, query, records, ref, text } from '#kernel';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { addedUp, ageOf } from './pending.rules.ts';
import { waitingItems } from './waiting-items.operations.ts';

const mostRows = 500;

const row = (describes: string) =>
  list(
    object('PendingInvoicingRow', {
      key: text({
        max: 60,
        describes: 'What the row is for: the id of a customer, an age in days, the code of a reason.',
      }),
      count: integer({ describes: 'How many items.' }),
      base: money({ describes: 'What they come to without taxes.' }),
    }),
    { max: mostRows, describes },
  );

export const pendingInvoicing = query('pendingInvoicing', {
  describes:
    'What waits to be invoiced, and to be invoiced again: how much, how old, whose, and what keeps it from it.',
  needs: 'billableItem.read',
  input: { account: optional(ref('Account', { describes: 'Only this customer.' })) },
  returns: {
    total: row('All of it, by currency: `PENDING` for the first time, `PENDING_REINVOICE` again.'),
    byAge: row('By the days since it could be invoiced: 0-7, 8-30, 31-60, 61-90, 91+.'),
    byAccount: row('By customer.'),
    byReason: row('By what keeps it from it; `NONE` for what nothing does. An item with two reasons is in both.'),
    reinvoice: records(BillableItem, 'What is to be invoiced again, the oldest first; at most 100.'),
    isComplete: boolean({ describes: 'Whether all of it was looked at: the 5,000 oldest of each kind are.' }),
  },
  run: async ({ account }, context) => {
    const { rows, isComplete } = await waitingItems(context, given({ account }));
    const today = context.clock.today();
    const reasonsOf = ({ blockedBy }: BillableItemRow) =>
      blockedBy.length === 0 ? ['NONE'] : blockedBy.map(({ code }) => code);
    const shown = (keysOf: (item: BillableItemRow) => readonly string[]) => addedUp(rows, keysOf).slice(0, mostRows);
    return {
      total: shown(({ status }) => [status]),
      byAge: shown(({ readyOn }) => [ageOf(readyOn, today)]),
      byAccount: shown((item) => [item.account]),
      byReason: shown(reasonsOf),
      reinvoice: rows.filter(({ status }) => status === 'PENDING_REINVOICE').slice(0, 100),
      isComplete,
    };
  },
});
