// What operations cost in requests, sequential trips and capacity units: counted, so that a busy machine changes nothing.
import { toAttributes } from '#aws/dynamodb/attribute-values';
import { sizeOfAttributes } from '#aws/dynamodb/item-size';
import type { Data } from './data.ts';
import { operationsOf, type Asked, type OperationName } from './operations.ts';
import type { Product } from './product.ts';
import { atMost, type Row } from './rows.ts';

/** What every operation cost at one size. */
export type Prices = { readonly size: number; readonly of: Readonly<Record<OperationName, Asked>> };

/** Asks every operation twice, since the first fills what a container remembers for a minute, and keeps the second price. */
export const price = async (product: Product, data: Data): Promise<Prices> => {
  const asked: [string, Asked][] = [];
  for (const [name, ask] of Object.entries(operationsOf(product, data))) {
    await ask();
    asked.push([name, await ask()]);
  }
  return { size: data.size, of: Object.fromEntries(asked) as Prices['of'] };
};

/** The rows of one size. */
export const countedRows = async (product: Product, { size, of }: Prices): Promise<readonly Row[]> => {
  const at = `at ${size.toLocaleString('en')}`;
  const created = of['create contact'];
  const item = await product.table.get({ pk: `${product.actor.tenant}#${created.id ?? ''}`, sk: 'row' });
  const leastWrite = item === undefined ? 0 : unitsOfWrite(item);
  const [overview, list, totals, forecast] = [
    of['account 360'].cost,
    of['list of 50 contacts'],
    of['pipeline totals'].cost,
    of.forecast.cost,
  ];
  const rowUnits = item === undefined ? 0 : (itemBytes(item) * list.rows) / 4096 / 2;
  const shards = list.cost.requests;
  return [
    ...writeRows(at, of, leastWrite),
    atMost(`account 360, trips ${at}`, { budget: 2, measured: overview.roundTrips, unit: 'trips' }),
    atMost(`account 360, requests ${at}`, { budget: 6, measured: overview.requests, unit: 'requests' }),
    atMost(`list of 50, requests ${at}`, { budget: 4, measured: shards, unit: 'requests', floor: 4 }),
    atMost(`list of 50, trips ${at}`, { budget: 1, measured: list.cost.roundTrips, unit: 'trips', floor: 1 }),
    atMost(`list of 50, read units ${at}`, {
      ...{ budget: 1.2 * rowUnits + 0.5 * shards, measured: list.cost.readUnits, unit: 'units', floor: rowUnits },
    }),
    atMost(`changes since, requests ${at}`, {
      ...{ budget: 9, measured: of['changes since'].cost.requests, unit: 'requests', floor: 8 },
    }),
    atMost(`duplicate check, trips ${at}`, {
      budget: 2,
      measured: of['duplicate check'].cost.roundTrips,
      unit: 'trips',
    }),
    atMost(`pipeline totals, requests ${at}`, { budget: 2, measured: totals.requests, unit: 'requests', floor: 1 }),
    atMost(`forecast, requests ${at}`, { budget: 2, measured: forecast.requests, unit: 'requests', floor: 1 }),
  ];
};

/** What a change of one record costs. */
const writeRows = (at: string, of: Prices['of'], leastWrite: number): readonly Row[] => {
  const [created, change] = [of['create contact'], of['change contact'].cost];
  return [
    atMost(`create contact, requests ${at}`, {
      budget: 2,
      measured: created.cost.requests,
      unit: 'requests',
      floor: 2,
    }),
    atMost(`create contact, write units ${at}`, {
      ...{ budget: leastWrite, measured: created.cost.writeUnits, unit: 'units', floor: leastWrite },
    }),
    atMost(`change contact, requests ${at}`, { budget: 2, measured: change.requests, unit: 'requests', floor: 2 }),
    atMost(`change contact, write units ${at}`, {
      ...{ budget: leastWrite, measured: change.writeUnits, unit: 'units', floor: leastWrite },
    }),
  ];
};

const itemBytes = (item: Readonly<Record<string, unknown>>): number => sizeOfAttributes(toAttributes(item));

/** One unit for each KB begun, in the table and in each index that holds the item. */
const unitsOfWrite = (item: Readonly<Record<string, unknown>>): number => {
  const indexes = Object.keys(item).filter((name) => /^(gsi\d|due)pk$/.test(name)).length;
  return Math.ceil(itemBytes(item) / 1024) * (1 + indexes);
};

/** How prices grow from the smallest to the largest size. */
export const growthRows = (smallest: Prices, largest: Prices): readonly Row[] =>
  (Object.keys(smallest.of) as OperationName[]).flatMap((name) => {
    const [small, large] = [smallest.of[name].cost, largest.of[name].cost];
    const factor = largest.size.toLocaleString('en');
    const units = ({ readUnits, writeUnits }: typeof small): number => readUnits + writeUnits;
    return [
      atMost(`growth to ${factor}: ${name}, requests`, {
        ...{ budget: 1.1 * small.requests, measured: large.requests, unit: 'requests', floor: small.requests },
      }),
      atMost(`growth to ${factor}: ${name}, units`, {
        ...{ budget: 1.1 * units(small), measured: units(large), unit: 'units', floor: units(small) },
      }),
    ];
  });
