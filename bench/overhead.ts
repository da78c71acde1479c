// What the handler adds to the least that an Apollo handler can do with the same token, table request and fields.
import { openBareApi } from './bare-api.ts';
import type { Data } from './data.ts';
import { compare } from './measure.ts';
import { contactFields, texts } from './operations.ts';
import type { Product } from './product.ts';
import { atMost, type Row } from './rows.ts';

const limit = 1.5;
const calls = 200;

/** The rows, at one size of the data. */
export const overheadRows = async (product: Product, data: Data): Promise<readonly Row[]> => {
  const { handle, event, table, actor, issuer } = product;
  const bare = openBareApi({ table, tenant: actor.tenant, issuer });
  const one = event(texts.contact, { id: data.contact });
  const list = event(
    `query Some($account: ID!) { contacts(where: { account: { eq: $account } }, first: 20) { nodes { ${contactFields} } } }`,
    { account: data.account },
  );
  const bareList = event(
    `query Some($account: ID!) { contacts(account: $account, first: 20) { nodes { ${contactFields} } } }`,
    { account: data.account },
  );
  assertSame([await handle(one), await bare(one)]);
  const costs = await compare(
    {
      one: () => handle(one),
      bareOne: () => bare(one),
      list: () => handle(list),
      bareList: () => bare(bareList),
      owned: () => handle(event(texts.owned, { owner: actor.userId })),
      rawOwned: () => rawOwned(product),
    },
    { calls },
  );
  return [
    atMost('handler overhead, p50 of one record', {
      ...{
        budget: limit * costs.bareOne.elapsed,
        measured: costs.one.elapsed,
        unit: 'ms',
        floor: costs.bareOne.elapsed,
      },
    }),
    atMost('handler overhead, CPU of one record', {
      ...{ budget: limit * costs.bareOne.cpu, measured: costs.one.cpu, unit: 'ms CPU', floor: costs.bareOne.cpu },
    }),
    atMost('handler overhead, CPU of 20 rows x 19 fields', {
      ...{ budget: limit * costs.bareList.cpu, measured: costs.list.cpu, unit: 'ms CPU', floor: costs.bareList.cpu },
    }),
    atMost(`latency of an owner's 50 opportunities at ${data.size.toLocaleString('en')}`, {
      ...{
        budget: limit * costs.rawOwned.elapsed,
        measured: costs.owned.elapsed,
        unit: 'ms',
        floor: costs.rawOwned.elapsed,
      },
    }),
  ];
};

const rawOwned = ({ table, actor }: Product): Promise<unknown> =>
  table.query({
    index: 'gsi2',
    pk: `${actor.tenant}#${actor.userId ?? ''}`,
    sort: { beginsWith: 'Opportunity#' },
    limit: 51,
  });

/** Both must have answered the same record, or one of them measures an error. */
const assertSame = ([ours, theirs]: readonly { readonly body?: string }[]): void => {
  const recordOf = (body = ''): unknown =>
    (JSON.parse(body) as { data?: { contact?: { email?: string } } }).data?.contact?.email;
  if (recordOf(ours?.body) === undefined || recordOf(ours?.body) !== recordOf(theirs?.body))
    throw new Error(`The handlers answer differently: ${ours?.body ?? ''} ${theirs?.body ?? ''}`);
};
