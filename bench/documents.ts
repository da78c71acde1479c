// What documents cost: an offer, and the way from an order to its issued invoice.
import type { Price, Product } from './product.ts';
import { atMost, type Row } from './rows.ts';

type Document = { readonly id: string; readonly version: number };
type Answer = { readonly it: { readonly document: Document | null; readonly userErrors: readonly unknown[] } };
type Act = (name: string, document: string, input: object) => Promise<Document & { readonly cost: Price }>;

const text = (name: string, document: string): string =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
    it: ${name}(input: $input) { document: ${document} { id version } userErrors { code message } } }`;

const acting =
  ({ ask }: Product): Act =>
  async (name, document, input) => {
    const { data, extensions } = await ask<Answer>(text(name, document), { input });
    if (!data.it.document) throw new Error(`${name}: ${JSON.stringify(data.it.userErrors)}`);
    return { ...data.it.document, cost: extensions.cost };
  };

/** The rows, each of documents of ten lines. */
export const documentRows = async (product: Product): Promise<readonly Row[]> => {
  const act = acting(product);
  const sale = await saleOf(act);
  const offer = { ...sale, subject: 'Bench', validUntil: '2099-12-31' };
  await act('createQuote', 'quote', offer);
  const quote = await act('createQuote', 'quote', offer);
  await invoiced(act, sale);
  const costs = await invoiced(act, sale);
  const all = (of: 'requests' | 'roundTrips'): number => costs.reduce((sum, cost) => sum + cost[of], 0);
  return [
    atMost('quote of 10 lines, requests', { budget: 10, measured: quote.cost.requests, unit: 'requests' }),
    atMost('quote of 10 lines, trips', { budget: 3, measured: quote.cost.roundTrips, unit: 'trips' }),
    atMost('order to invoice in 4 calls, requests', { budget: 46, measured: all('requests'), unit: 'requests' }),
    atMost('order to invoice in 4 calls, trips', { budget: 32, measured: all('roundTrips'), unit: 'trips' }),
  ];
};

/** A customer who buys ten lines of a product. */
const saleOf = async (act: Act) => {
  const account = await act('createAccount', 'account', { name: 'Buyer', taxId: '1790016919001' });
  const listPrice = { amount: '10', currency: 'USD' };
  const product = await act('createProduct', 'product', { sku: 'BENCH', name: 'Bench', listPrice });
  const lines = Array.from({ length: 10 }, (_, index) => ({ product: product.id, quantity: String(index + 1) }));
  return { account: account.id, lines };
};

/** An order, confirmed, drafted as an invoice, and issued: what each call cost. */
const invoiced = async (act: Act, sale: object): Promise<readonly Price[]> => {
  const order = await act('createOrder', 'order', sale);
  const confirmed = await act('confirmOrder', 'order', { id: order.id, version: order.version });
  const draft = await act('createInvoiceFromOrder', 'invoice', { order: order.id });
  const invoice = await act('issueInvoice', 'invoice', { invoice: draft.id });
  return [order, confirmed, draft, invoice].map(({ cost }) => cost);
};
