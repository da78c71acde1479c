import type { Context, Item, Position } from '#kernel';
import { openItemsPartition } from './open-items.projections.ts';
import type { OpenItem } from './matching.rules.ts';

/** An open invoice, with what dunning asks of it. */
export type Debit = OpenItem & { readonly currency: string; readonly disputed: boolean };

/** Open invoices of one account that are read at most: those due first. */
const mostItems = 1000;

const partition = ({ actor }: Pick<Context, 'actor'>): string => `${actor.tenant}#${openItemsPartition}`;

const debitOf = (item: Item): Debit => {
  const [account = '', dueOn = '', id = ''] = item.sk.split('#');
  const { number, open, currency, disputed } = item as unknown as Debit;
  return { id, account, dueOn, number, open, currency, disputed };
};

/** What an account owes, invoice by invoice, the oldest first; in one currency where one is named. */
export const readOpenItems = async (
  context: Pick<Context, 'actor' | 'ports'>,
  account: string,
  currency?: string,
): Promise<readonly Debit[]> => {
  const { items } = await context.ports.table.query({
    pk: partition(context),
    sort: { beginsWith: `${account}#` },
    limit: mostItems,
  });
  return items.map(debitOf).filter((item) => currency === undefined || item.currency === currency);
};

/** Accounts that owe something, in order, with what they owe: one page from an account on. */
export const readDebtors = async (
  context: Pick<Context, 'actor' | 'ports'>,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<{ readonly debtors: readonly string[]; readonly isLast: boolean }> => {
  const debtors: string[] = [];
  let position: Position | undefined;
  do {
    // `~` sorts behind every due day of the account before.
    const page = await context.ports.table.query({
      pk: partition(context),
      attributes: ['pk', 'sk'],
      ...(after !== undefined && { sort: { from: `${after}#~`, to: '~' } }),
      ...(position && { after: position }),
    });
    for (const { sk } of page.items) {
      const account = sk.slice(0, sk.indexOf('#'));
      if (debtors.at(-1) === account) continue;
      if (debtors.length === limit) return { debtors, isLast: false };
      debtors.push(account);
    }
    position = page.next;
  } while (position);
  return { debtors, isLast: true };
};
