// Turns won opportunities into orders and invoices over the public API: as many at once as a busy client would.
import { ask } from './importing.ts';
import type { TestCloud } from './cloud.ts';

/** A won opportunity. */
export type WonSale = {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly id: string };
  readonly amount: { readonly amount: string };
  readonly products: readonly { readonly product: { readonly id: string } }[];
};

/** What became of one: the invoice. */
export type Invoiced = { readonly number: string; readonly base: string; readonly tax: string };

type Done<Record> = { readonly done: { readonly record: Record | null; readonly userErrors: readonly object[] } };

/** What calls of the API have cost, as their answers say. */
export type Cost = { calls: number; readUnits: number; writeUnits: number };

/** A cloud whose answers are added up. */
const metered = (cloud: TestCloud, cost: Cost): TestCloud => ({
  ...cloud,
  async graphql<Data>(query: string, variables?: Readonly<Record<string, unknown>>) {
    const answer = await cloud.graphql<Data>(query, variables);
    const { readUnits = 0, writeUnits = 0 } = (answer.extensions?.['cost'] ?? {}) as Partial<Cost>;
    cost.calls += 1;
    cost.readUnits += readUnits;
    cost.writeUnits += writeUnits;
    return answer;
  },
});

/** Sells and invoices all of them, `atOnce` at the same time; what fails ends it. */
export const sellAll = async (
  cloud: TestCloud,
  sales: readonly WonSale[],
  atOnce = 16,
): Promise<{ readonly invoiced: readonly Invoiced[]; readonly cost: Cost }> => {
  const invoiced: Invoiced[] = [];
  const cost: Cost = { calls: 0, readUnits: 0, writeUnits: 0 };
  const counted = metered(cloud, cost);
  const waiting = sales.values();
  const worker = async (): Promise<void> => {
    for (const sale of waiting) invoiced.push(await sell(counted, sale));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { invoiced, cost };
};

const sell = async (cloud: TestCloud, { id, account, amount, products }: WonSale): Promise<Invoiced> => {
  const lines = products.map(({ product }) => ({ product: product.id, quantity: '1', unitPrice: amount.amount }));
  type Versioned = { readonly id: string; readonly version: number };
  const order = await act<Versioned>(cloud, 'createOrder', 'order { id version }', {
    ...{ account: account.id, opportunity: id, lines, idempotencyKey: `order ${id}` },
  });
  const confirmed = { id: order.id, version: order.version, acceptsShortage: true, idempotencyKey: `confirm ${id}` };
  await act(cloud, 'confirmOrder', 'order { id }', confirmed);
  const draft = await act<Versioned>(cloud, 'createInvoiceFromOrder', 'invoice { id }', {
    ...{ order: order.id, idempotencyKey: `draft ${id}` },
  });
  return issue(cloud, draft.id);
};

/** Where many issue at once, the answer may be that it is being done: asked again until it is. */
const issue = async (cloud: TestCloud, invoice: string): Promise<Invoiced> => {
  type Issued = {
    readonly number: string | null;
    readonly totals: Readonly<Record<'base' | 'tax', { amount: string }>>;
  };
  const fields = 'number totals { base { amount } tax { amount } }';
  let issued = await act<Issued>(cloud, 'issueInvoice', `invoice { ${fields} }`, { invoice, idempotencyKey: invoice });
  for (let tries = 0; issued.number === null && tries < 1200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const query = `query($id: ID!) { invoice(id: $id) { ${fields} } }`;
    issued = (await ask<{ invoice: Issued }>(cloud, query, { id: invoice })).invoice;
  }
  if (issued.number === null) throw new Error(`The invoice ${invoice} has no number.`);
  return { number: issued.number, base: issued.totals.base.amount, tax: issued.totals.tax.amount };
};

/** Whoever hears nothing within the time of a request asks again, with the same key. */
const asked = async <Data>(cloud: TestCloud, text: string, variables: object): Promise<Data> => {
  for (let tries = 1; ; tries += 1) {
    const { data, errors, ...unheard } = await cloud.graphql<Data>(
      text,
      variables as Readonly<Record<string, unknown>>,
    );
    if (data && !errors) return data;
    if (errors || tries === 5) throw new Error(JSON.stringify(errors ?? unheard));
  }
};

const act = async <Answer>(cloud: TestCloud, name: string, record: string, input: object): Promise<Answer> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const text = `mutation($input: ${type}!) { done: ${name}(input: $input) { record: ${record} userErrors { code message path } } }`;
  const { done } = await asked<Done<Answer>>(cloud, text, { input });
  if (done.record === null || done.userErrors.length > 0)
    throw new Error(`${name}: ${JSON.stringify(done.userErrors)}`);
  return done.record;
};

/** Whoever is invoiced has a tax number; the data has none. */
export const giveTaxIds = async (
  cloud: TestCloud,
  accounts: readonly { readonly id: string; readonly version: number }[],
): Promise<void> => {
  await Promise.all(
    accounts.map(({ id, version }, index) =>
      ask(cloud, 'mutation($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code } } }', {
        input: { id, version, taxId: companyRuc(index + 1), taxIdType: 'RUC', taxIdCountry: 'EC' },
      }),
    ),
  );
};

/** A number that the registry of Ecuador could have given to a company: nine digits, their check digit, 001. */
const companyRuc = (count: number): string => {
  const weights = [4, 3, 2, 7, 6, 5, 4, 3, 2];
  const digits = `179${String(count * 2).padStart(6, '0')}`;
  const rest = weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11;
  return rest === 1 ? companyRuc(count + 1000) : `${digits}${String(rest === 0 ? 0 : 11 - rest)}001`;
};
