// Samples count on limits of their own: per seller, product and period.
import { DomainError, given, readOn, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { Product } from '#modules/catalog/products';
import { giveBackQuota, useQuota } from '#modules/platform/quotas';
import type { OrderRow } from './order.entity.ts';
import { SampleLimit, type SampleLimitRow } from './sample-limit.entity.ts';
import { limits, periodOf } from './samples.rules.ts';

/** Limits of a tenant, at most. */
const mostLimits = 200;

type Given = readonly { readonly key: string; readonly quantity: string }[];
type Count = { readonly limit: SampleLimitRow; readonly key: string; readonly quantity: string; readonly line: string };

type Sampling = NonNullable<OrderRow['sampled']>;

/** Counts what an order gives away, and answers how it was counted. @throws SAMPLE_LIMIT */
export const useSamples = async (context: Context, order: OrderRow): Promise<Pick<OrderRow, 'sampled'>> => {
  if (order.type !== 'SAMPLE') return {};
  const seller = order.ownerId ?? context.actor.id;
  const sampled = given({ on: context.clock.today(), seller, team: order.teamId });
  for (const { limit, key, quantity, line } of await countsOf(context, order, order.lines, sampled))
    if (!(await useQuota(context, key, quantity, limit.quantity)))
      throw new DomainError('SAMPLE_LIMIT', `${limit.name}: at most ${limit.quantity} in the period.`, [
        'lines',
        order.lines.findIndex((each) => each.key === line),
      ]);
  return { sampled };
};

/** Gives back what is not given away after all, where it was counted: the seller and the month may be others by now. */
export const giveBackSamples = async (context: Context, order: OrderRow, cancelled: Given): Promise<void> => {
  if (!order.sampled) return;
  for (const { key, quantity } of await countsOf(context, order, cancelled, order.sampled))
    await giveBackQuota(context, key, quantity);
};

const countsOf = async (
  context: Context,
  order: OrderRow,
  quantities: Given,
  { on, seller, team }: Sampling,
): Promise<readonly Count[]> => {
  const [{ rows }, products] = await Promise.all([
    readOn((asked) => context.trusted(SampleLimit).page('all', asked), mostLimits),
    context.trusted(Product).getMany(order.lines.flatMap(({ product }) => product ?? [])),
  ]);
  const asked = new Map(quantities.map(({ key, quantity }) => [key, quantity]));
  return order.lines.flatMap(({ key: line, product: id, stock }) => {
    const product = products.get(id ?? '');
    const quantity = asked.get(line);
    if (!product || quantity === undefined) return [];
    const sample = given({ product: product.id, family: product.family, seller, team });
    const inOwnUnit = decimalText(new Exact(quantity).times(stock[0]?.product === id ? (stock[0]?.quantity ?? 1) : 1));
    return rows
      .filter((limit) => limit.archivedAt === undefined && limits(limit, sample))
      .map((limit) => ({
        ...{ limit, line, quantity: inOwnUnit },
        key: `sample ${limit.id} ${seller} ${product.id} ${periodOf(on, limit.period)}`,
      }));
  });
};
