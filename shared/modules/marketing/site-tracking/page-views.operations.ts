import { dateTime, list, object, optional, query, ref, text, type Context, type Item, type Values } from '#kernel';
import { rowKey } from '#kernel/rows';
import { Visitor } from './visitor.entity.ts';

const viewFields = {
  at: dateTime({ describes: 'When.' }),
  page: text({ max: 500, describes: 'Its address, without its query.' }),
  title: optional(text({ describes: 'What it is called.' })),
};
/** A page that was seen. */
export type PageView = Values<typeof viewFields>;

// Views are no records: they would be a thousand events that nobody waits for. They lie beside their visitor, so that they are
// erased with it, and the table lets them go when their time is over.
const prefix = 'view#';
const placeOf = ({ actor }: Pick<Context, 'actor'>, visitor: string): string => rowKey(actor.tenant, visitor).pk;
const newest = 100;

/** Keeps that a page was seen; of those of one second the last. */
export const keepView = (
  { ports, ...context }: Context,
  visitor: string,
  view: PageView,
  days: number,
): Promise<void> => {
  const sk = `${prefix}${view.at.slice(0, 19)}`;
  const expiresAt = Math.floor(Date.parse(view.at) / 1000) + days * 86_400;
  return ports.table.write({ kind: 'put', item: { pk: placeOf(context, visitor), sk, ...view, expiresAt } });
};

const stored = async ({ ports, actor }: Context, visitor: string, limit: number): Promise<readonly Item[]> => {
  const pk = placeOf({ actor }, visitor);
  const { items } = await ports.table.query({
    pk,
    sort: { beginsWith: prefix },
    descending: true,
    limit,
    consistent: true,
  });
  return items;
};

/** When a visitor saw a page last, as far as that is still kept. */
export const lastViewAt = async (context: Context, visitor: string): Promise<string | undefined> => {
  const [last] = await stored(context, visitor, 1);
  return last && String(last['at']);
};

/** The pages that a visitor saw, the last first; the table sweeps what is over some hours late. */
export const viewsOf = async (context: Context, visitor: string): Promise<readonly PageView[]> => {
  const now = context.clock.now().getTime() / 1000;
  const items = await stored(context, visitor, newest);
  return items
    .filter(({ expiresAt }) => Number(expiresAt) > now)
    .map(({ at, page, title }) => ({
      at: String(at),
      page: String(page),
      ...(typeof title === 'string' && { title }),
    }));
};

/** Forgets every page that a visitor saw. */
export const dropViews = async (context: Context, visitor: string): Promise<void> => {
  const { ports } = context;
  for (
    let items = await stored(context, visitor, newest);
    items.length > 0;
    items = await stored(context, visitor, newest)
  )
    await ports.table.batchWrite(items.map(({ pk, sk }) => ({ kind: 'delete', key: { pk, sk } })));
};

export const visitorPages = query('visitorPages', {
  describes: 'The pages that a visitor of a site saw, the last hundred that are still kept.',
  needs: 'visitor.read',
  on: 'Visitor.pages',
  input: { visitor: ref('Visitor', { describes: 'Whose.' }) },
  returns: { views: list(object('PageView', viewFields), { max: newest, describes: 'The last first.' }) },
  run: async ({ visitor }, context) => {
    await context.data(Visitor).get(visitor);
    return { views: await viewsOf(context, visitor) };
  },
});
