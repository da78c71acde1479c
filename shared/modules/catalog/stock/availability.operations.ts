import { date, dateTime, decimal, integer, list, object, optional, query, ref, text, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { levelsAt } from './move-stock.operations.ts';
import { StockLevel, type StockLevelRow } from './stock-level.entity.ts';
import { freeOn, incomingBy } from './stock.rules.ts';

/** Products of one question. */
const mostProducts = 50;
/** Warehouses of a product that are looked at. */
const mostWarehouses = 100;

const availabilityFields = {
  product: ref('Product', { describes: 'The product.' }),
  warehouse: text({ describes: 'The warehouse.' }),
  onHand: decimal({ describes: 'What lies there.' }),
  reserved: decimal({ describes: 'What of it is promised: by others, and by our own confirmed orders.' }),
  incoming: decimal({ describes: 'What comes in until the day that was asked for.' }),
  free: decimal({ describes: 'What can still be promised, on the day that was asked for.' }),
  countedAt: dateTime({ describes: 'As of when.' }),
  ageMinutes: integer({ describes: 'How many minutes ago that was.' }),
};

export const availability = query('availability', {
  describes:
    'What lies in stock of products, what of it is promised, what is free, and how old that knowledge is. Products of which nobody has told are left out.',
  needs: 'stockLevel.read',
  input: {
    products: list(ref('Product'), { max: mostProducts, describes: 'Which products, at most 50.' }),
    warehouse: optional(text({ max: 80, describes: 'Only this warehouse; all when not said.' })),
    date: optional(
      date({ describes: 'What will be free then, with what comes in until that day; today when absent.' }),
    ),
  },
  returns: {
    levels: list(object('Availability', availabilityFields), {
      max: mostProducts * mostWarehouses,
      describes: 'One for each product and warehouse.',
    }),
  },
  run: async ({ products, warehouse, date: day }, context) => {
    const levels = await (warehouse === undefined
      ? everywhere(context, products)
      : at(
          context,
          products.map((product) => ({ product, warehouse })),
        ));
    return { levels: levels.map((level) => shownLevel(context, level, day)) };
  },
});

/** A level as the API shows it. */
export const shownLevel = ({ clock }: Context, level: StockLevelRow, day?: string) => {
  const { product, warehouse, onHand, reserved = '0', promised = '0', countedAt } = level;
  return {
    ...{ product, warehouse, onHand, countedAt },
    reserved: decimalText(new Exact(reserved).plus(promised)),
    incoming: incomingBy(level.incoming, day),
    free: freeOn(level, day),
    ageMinutes: Math.max(0, Math.floor((clock.now().getTime() - Date.parse(countedAt)) / 60_000)),
  };
};

const at = async (
  context: Context,
  places: readonly { readonly product: string; readonly warehouse: string }[],
): Promise<readonly StockLevelRow[]> => [...(await levelsAt(context, places)).values()];

const everywhere = async ({ data }: Context, products: readonly string[]): Promise<readonly StockLevelRow[]> => {
  const pages = products.map((of) => data(StockLevel).page('byProduct', { of, first: mostWarehouses }));
  return (await Promise.all(pages)).flatMap(({ rows }) => rows);
};
