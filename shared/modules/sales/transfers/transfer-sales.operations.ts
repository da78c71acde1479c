import { defaulted, DomainError, integer, list, money, object, optional, query, ref, rollup, text } from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { TransferServing } from './transfer-ledger.entity.ts';

/** What counts for sellers of what wholesalers served, read in one Query for each seller. */
export const servedTotals = rollup('transferServedTotals', {
  describes: 'What wholesalers served of transfer orders, at what was agreed, by seller, month and currency.',
  of: TransferServing,
  shards: 1,
  contributions: ({ ownerId, servedOn, net, archivedAt }) =>
    ownerId === undefined || archivedAt !== undefined
      ? []
      : [
          {
            partition: ownerId,
            cell: `${servedOn.slice(0, 7)}#${net.currency}`,
            amounts: { net: net.minor, servings: 1 },
          },
        ],
});

export const transferSales = query('transferSales', {
  describes:
    'What counts for a seller of transfer orders, by month: what wholesalers served, at the prices that were agreed. It is not invoiced by us. One request.',
  needs: 'transferServing.read',
  input: {
    owner: optional(ref('User', { describes: 'Whose sales; one’s own when absent.' })),
    months: defaulted(integer({ min: 1, max: 60, describes: 'How many months, the latest first.' }), 12),
  },
  returns: {
    months: list(
      object('MonthOfTransfers', {
        month: text({ describes: 'YYYY-MM.' }),
        served: money({ describes: 'Served quantities at the agreed net price.' }),
        servings: integer({ describes: 'How many lines of reports.' }),
      }),
      { max: 240, describes: 'Months in which something was served, the latest first; one entry a currency.' },
    ),
  },
  run: async ({ owner: asked, months }, { actor, ports }) => {
    const owner = asked ?? actor.userId ?? '';
    if (!mayCount(actor, TransferServing, owner))
      throw new DomainError('FORBIDDEN', 'You may not see what this person sells.', ['owner']);
    const cells = await readRollup(ports.table, actor.tenant, servedTotals.name, owner);
    const found = [...cells].map(([key, { net = 0, servings = 0 }]) => {
      const [month = '', currency = ''] = key.split('#');
      return { month, served: { minor: net, currency }, servings };
    });
    return { months: found.toSorted((left, right) => (left.month > right.month ? -1 : 1)).slice(0, months) };
  },
});
