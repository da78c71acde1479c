import { dateTime, decimal, integer, list, object, optional, query, ref, text, type Context } from '#kernel';
import { StockLevel, type StockLevelRow } from './stock-level.entity.ts';

/** Products of one question. */
const mostProducts = 50;
/** Warehouses of a product that are looked at. */
const mostWarehouses = 100;

export const availability = query('availability', {
  describes:
    'What lies in stock of products, what of it is promised, what is free, and how old that knowledge is. Products of which nobody has told are left out.',
  needs: 'stockLevel.read',
  input: {
    products: list(ref('Product'), { max: mostProducts, describes: 'Which products, at most 50.' }),
    warehouse: optional(text({ max: 80, describes: 'Only this warehouse; all when not said.' })),
  },
  returns: {
    levels: list(
      object('Availability', {
        product: ref('Product', { describes: 'The product.' }),
        warehouse: text({ describes: 'The warehouse.' }),
        onHand: decimal({ describes: 'What lies there.' }),
        reserved: decimal({ describes: 'What of it is promised.' }),
        free: decimal({ describes: 'What can still be promised.' }),
        countedAt: dateTime({ describes: 'As of when.' }),
        ageMinutes: integer({ describes: 'How many minutes ago that was.' }),
      }),
      { max: mostProducts * mostWarehouses, describes: 'One for each product and warehouse.' },
    ),
  },
  run: async ({ products, warehouse }, context) => {
    const levels = await (warehouse === undefined ? everywhere(context, products) : at(context, products, warehouse));
    const now = context.clock.now().getTime();
    return {
      levels: levels.map(({ product, warehouse: where, onHand, reserved = '0', free, countedAt }) => ({
        ...{ product, warehouse: where, onHand, reserved, free, countedAt },
        ageMinutes: Math.max(0, Math.floor((now - Date.parse(countedAt)) / 60_000)),
      })),
    };
  },
});

const at = async ({ data }: Context, products: readonly string[], warehouse: string) => {
  const places = products.map((product) => `${product} ${warehouse}`);
  const found = await data(StockLevel).findAllUnique('place', places);
  return [...found.values()].filter(({ archivedAt }) => archivedAt === undefined);
};

const everywhere = async ({ data }: Context, products: readonly string[]): Promise<readonly StockLevelRow[]> => {
  const pages = products.map((of) => data(StockLevel).page('byProduct', { of, first: mostWarehouses }));
  return (await Promise.all(pages)).flatMap(({ rows }) => rows);
};
