// A domain with two products and a customer that orders them, with the shortest way to what becomes of an order.
import { mutation, newMeter, type AnyRow, type Context } from '#kernel';
import { execute } from '#kernel/execute';
import type { ProductRow } from '#modules/catalog/products';
import { StockLevel, type StockLevelRow } from '#modules/catalog/stock';
import { Order, type OrderRow } from '#modules/sales/orders';
import { failure, startDomain, type Domain, type DomainOptions } from './domain.ts';
import { partyModules } from './parties.ts';

/** What tests of orders work with. */
export type Ordering = {
  readonly domain: Domain;
  readonly ids: Readonly<Record<'chair' | 'lamp' | 'account' | 'contact', string>>;
  run<Result = AnyRow>(operation: string, input: object): Promise<Result>;
  draft(lines: readonly object[], more?: object): Promise<OrderRow>;
  confirmIt(order: OrderRow, more?: object): Promise<OrderRow>;
  confirmed(lines: readonly object[], more?: object): Promise<OrderRow>;
  orderNow(id: string): Promise<OrderRow>;
  warehouse(code?: string, more?: object): Promise<AnyRow>;
  level(product: string, onHand: string, warehouse?: string): Promise<StockLevelRow>;
  stockNow(id: string): Promise<StockLevelRow>;
  versionOf(id: string): Promise<number>;
  /** Does something in a write of its own, as deliveries and invoices do; answers how it failed. */
  inWrite(work: (context: Context) => Promise<unknown>): Promise<string>;
};

/** Starts a domain where a chair costs 100 and a lamp 10. */
export const startOrdering = async ({ table, tenant }: Pick<DomainOptions, 'table' | 'tenant'>): Promise<Ordering> => {
  const domain = startDomain({ modules: partyModules, table, tenant });
  const run = <Result = AnyRow>(operation: string, input: object) =>
    domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, domain.actor());
  const product = async (sku: string, price: string) =>
    (await run<ProductRow>('createProduct', { sku, name: sku, listPrice: { amount: price, currency: 'USD' } })).id;
  const account = (await run('createAccount', { name: 'Customer' })).id;
  const ana = { firstName: 'Ana', lastName: 'Vera', account, email: 'ana@example.com' };
  const contact = (await run('createContact', ana)).id;
  const ids = { chair: await product('CHAIR', '100'), lamp: await product('LAMP', '10'), account, contact };
  const draft: Ordering['draft'] = (lines, more = {}) => run('createOrder', { account, lines, ...more });
  const confirmIt: Ordering['confirmIt'] = ({ id, version }, more = {}) =>
    run('confirmOrder', { id, version, ...more });
  return {
    ...{ domain, ids, run, draft, confirmIt },
    confirmed: async (lines, more) => confirmIt(await draft(lines, more)),
    orderNow: (id) => domain.reader().data(Order).get(id),
    warehouse: (code = 'UIO', more = {}) => run('createWarehouse', { code, name: code, ...more }),
    level: (of, onHand, warehouse = 'UIO') =>
      run('createStockLevel', { product: of, warehouse, onHand, countedAt: '2026-11-22T10:00:00Z' }),
    stockNow: (id) => domain.reader().data(StockLevel).get(id),
    versionOf: async (id) => (await domain.reader().records([id])).get(id)?.version ?? 0,
    inWrite: (work) => failure(execute(callOf(domain), noting(work), {})),
  };
};

const callOf = (domain: Domain) => {
  const { runtime } = domain;
  return { runtime, actor: domain.actor(), table: runtime.ports.table, meter: newMeter() };
};

const noting = (work: (context: Context) => Promise<unknown>) =>
  mutation('noteForTest', {
    describes: 'Does what a test asks for.',
    needs: 'order.update',
    input: {},
    returns: {},
    run: async (_input, context) => {
      await work(context);
      return {};
    },
  });
