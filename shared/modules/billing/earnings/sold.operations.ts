// What people have invoiced by day and product, less what was taken back: each document counts once.
import { given, reaction, rollup, sum, type Context } from '#kernel';
import { derivedId } from '#kernel/ids';
import { readRollup } from '#kernel/rollup-cells';
import { monthsIn } from '#modules/platform/settings';
import type { MovementLine } from './movement.rules.ts';
import { movementsOf } from './movements.operations.ts';
import { SalesTally } from './sales-tally.entity.ts';

export const tallySales = reaction('tallySales', {
  describes: 'Notes by person and product what was invoiced and what was taken back of it.',
  on: ['invoice.issued', 'invoice.voided', 'creditNote.issued'],
  run: async (event, context) => {
    const tallies = context.trusted(SalesTally);
    for (const { basis, key, owner: user, on, lines } of await movementsOf(event, context)) {
      const id = derivedId(SalesTally.idPrefix, 'sales-tally', [context.actor.tenant, key]);
      if (basis !== 'INVOICED' || user === undefined || (await tallies.find(id))) continue;
      tallies.create({ user, on, products: byProduct(lines) }, { id });
    }
  },
});

const byProduct = (lines: readonly MovementLine[]) =>
  [...Map.groupBy(lines, ({ product }) => product)].map(([product, group]) =>
    given({
      product,
      amount: sum(
        group.map(({ base }) => base),
        group[0]?.base.currency ?? '',
      ),
    }),
  );

export const salesTotals = rollup('salesTotals', {
  describes:
    'What people have invoiced, less what was taken back, by day, currency and product: a partition a person and month.',
  of: SalesTally,
  shards: 1,
  contributions: ({ user, on, products }) =>
    products.map(({ product = '', amount: { minor, currency } }) => ({
      partition: `${user}/${on.slice(0, 7)}`,
      cell: `${on}#${currency}#${product}`,
      amounts: { minor },
    })),
});

/** Of what is asked how much was sold. */
export type SoldAsked = {
  readonly users: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  /** All products when absent. */
  readonly product?: string | undefined;
};

/** How much people have sold together between two days, both included, in minor units of a currency. */
export const soldBy = async (
  { ports, actor }: Context,
  { users, from, to, currency, product }: SoldAsked,
): Promise<number> => {
  const partitions = users.flatMap((user) => monthsIn(from, to).map((month) => `${user}/${month}`));
  const read = partitions.map((partition) => readRollup(ports.table, actor.tenant, salesTotals.name, partition));
  const cells = (await Promise.all(read)).flatMap((each) => [...each]);
  return cells.reduce((total, [cell, { minor = 0 }]) => {
    const [day = '', of, what = ''] = cell.split('#');
    const isMeant = day >= from && day <= to && of === currency && (product === undefined || what === product);
    return isMeant ? total + minor : total;
  }, 0);
};
