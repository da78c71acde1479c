// What is in stock for the lines of an order or an offer, all at once.
import { boolean, dateTime, decimal, given, integer, list, object, query, ref, text, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { Product } from '#modules/catalog/products';
import { defaultWarehouse, levelsAt, placeOf, shownLevel } from '#modules/catalog/stock';
import { Quote } from '#modules/sales/quotes';
import { Order } from './order.entity.ts';
import { stockOf } from './order-lines.operations.ts';
import { undeliveredOf } from './order.rules.ts';
import { placesOf } from './stock-plan.rules.ts';

const fields = {
  key: text({ max: 30, describes: 'Which line.' }),
  warehouse: text({ max: 80, describes: 'The warehouse that it leaves from.' }),
  onHand: decimal({ describes: 'How many of the line lie there.' }),
  free: decimal({ describes: 'How many of them are promised to nobody else.' }),
  isEnough: boolean({ describes: 'Whether that, with what is put by for the line, is all that it still needs.' }),
  countedAt: dateTime({ describes: 'As of when.' }),
  ageMinutes: integer({ describes: 'How many minutes ago that was.' }),
};
const lines = list(object('LineStock', fields), {
  max: 500,
  describes: 'One for each line of which somebody tells the stock; for a set, how many sets there are.',
});

type Wanting = {
  readonly key: string;
  readonly warehouse?: string;
  readonly stock: readonly { readonly product: string; readonly quantity: string }[];
  readonly reserved: string;
  readonly needed: string;
};

export const orderStock = query('orderStock', {
  describes: 'What is in stock for the lines of an order, in the warehouses that they leave from.',
  needs: 'order.read',
  input: { order: ref('Order', { describes: 'Which order.' }) },
  on: 'Order.stock',
  returns: { lines },
  run: async ({ order: id }, context) => {
    const order = await context.data(Order).get(id);
    const wanting = order.lines.map((line) => ({ ...line, needed: undeliveredOf(line) }));
    return { lines: await stockFor(context, wanting, order) };
  },
});

export const quoteStock = query('quoteStock', {
  describes: 'What is in stock for the lines of an offer, in the warehouses that they would leave from.',
  needs: 'quote.read',
  input: { quote: ref('Quote', { describes: 'Which offer.' }) },
  on: 'Quote.stock',
  returns: { lines },
  run: async ({ quote: id }, context) => {
    const { warehouse, ...quote } = await context.data(Quote).get(id);
    const products = await context.data(Product).getMany(quote.lines.flatMap(({ product }) => product ?? []));
    const wanting = quote.lines.map((line) => ({
      ...given({ key: line.key, warehouse: line.warehouse }),
      ...{ reserved: '0', needed: line.quantity, stock: stockOf(products.get(line.product ?? ''), line.unit) },
    }));
    const from = warehouse ?? (await defaultWarehouse(context))?.code;
    return { lines: await stockFor(context, wanting, given({ warehouse: from, type: 'STANDARD' })) };
  },
});

/** Two requests for all lines together. */
export const stockFor = async (
  context: Context,
  wanting: readonly Wanting[],
  document: { readonly warehouse?: string; readonly type: string },
) => {
  const levels = await levelsAt(
    context,
    wanting.flatMap((line) => placesOf(line, document)),
  );
  return wanting.flatMap((line) => {
    const known = placesOf(line, document).flatMap((place) => {
      const level = levels.get(placeOf(place));
      return level ? [{ shown: shownLevel(context, level), per: place.quantity }] : [];
    });
    const [first] = known;
    return first ? [lineStock(line, first.shown.warehouse, known)] : [];
  });
};

type Known = readonly { readonly shown: ReturnType<typeof shownLevel>; readonly per: string }[];

const lineStock = ({ key, reserved, needed }: Wanting, warehouse: string, known: Known) => {
  const least = (of: 'onHand' | 'free') =>
    Exact.min(...known.map(({ shown, per }) => new Exact(shown[of]).div(per))).toDecimalPlaces(6, Exact.ROUND_DOWN);
  const oldest = [...known].sort((a, b) => b.shown.ageMinutes - a.shown.ageMinutes)[0]?.shown;
  return {
    ...{ key, warehouse, onHand: decimalText(least('onHand')), free: decimalText(least('free')) },
    isEnough: least('free').plus(reserved).gte(needed),
    countedAt: oldest?.countedAt ?? '',
    ageMinutes: oldest?.ageMinutes ?? 0,
  };
};
