// The operations that are measured, as a client asks for them.
import { contactInput, type Data } from './data.ts';
import type { Price, Product } from './product.ts';

/** A measured operation: asks once; answers what it cost and how many rows it showed. */
export type Asked = { readonly cost: Price; readonly rows: number; readonly id?: string };

/** The operations on the data of one size. */
export type Operations = Readonly<Record<OperationName, () => Promise<Asked>>>;
export type OperationName =
  | 'create contact'
  | 'change contact'
  | 'account 360'
  | 'list of 50 contacts'
  | "owner's 50 opportunities"
  | 'pipeline totals'
  | 'forecast'
  | 'search'
  | 'duplicate check'
  | 'changes since'
  | 'contact by id';

/** Nineteen scalars of a contact. */
export const contactFields =
  'id version name firstName lastName title jobTitle type role organisationName email phone language birthday description tags createdAt updatedAt archivedAt';

/** The texts of the queries. */
export const texts = {
  create:
    'mutation Create($input: CreateContactInput!) { it: createContact(input: $input) { contact { id version } userErrors { code message } } }',
  change:
    'mutation Change($input: UpdateContactInput!) { it: updateContact(input: $input) { contact { id version } userErrors { code message } } }',
  overview: `query Overview($id: ID!) { account360(id: $id) { account { id name email city owner { name } } contacts { id name email phone }
    timeline { entries { at type } } } }`,
  list: `query Contacts { contacts(first: 50, orderBy: { field: NAME }) { nodes { ${contactFields} } pageInfo { endCursor } } }`,
  owned: `query Mine($owner: ID!) { opportunities(first: 50, where: { owner: { eq: $owner } }, orderBy: { field: EXPECTED_CLOSE_ON }) {
    nodes { id name stage expectedCloseOn amount { amount currency } } } }`,
  totals:
    'query Totals($pipeline: ID!) { forecast(pipeline: $pipeline, groupBy: [stage]) { groups { stage count amount { amount } } } }',
  forecast:
    'query Forecast($pipeline: ID!) { forecast(pipeline: $pipeline, groupBy: [month, owner]) { weighted { amount } commit { amount } groups { month count } } }',
  search: 'query Search($text: String!) { search(text: $text, first: 20) { hits { title type } } }',
  duplicates:
    'query Known($input: KnownOfSomebodyInput!) { findDuplicates(input: $input, first: 5) { matches { record { id } } } }',
  changes: 'query Changes($after: String) { changesSince(after: $after) { records { id } hasMore endCursor } }',
  contact: `query Contact($id: ID!) { contact(id: $id) { ${contactFields} } }`,
  move: 'mutation Move($input: MoveOpportunityInput!) { it: moveOpportunity(input: $input) { opportunity { id version } userErrors { code message } } }',
} as const;

type Change = {
  readonly it: {
    readonly contact: { readonly id: string; readonly version: number } | null;
    readonly userErrors: readonly unknown[];
  };
};

/** The operations over a tenant's data; each call of a change changes something else. */
export const operationsOf = (product: Product, data: Data): Operations => {
  let turn = data.size;
  const changed = async (text: string, input: object): Promise<Asked> => {
    const { data: answer, extensions } = await product.ask<Change>(text, { input });
    const { contact, userErrors } = answer.it;
    if (!contact) throw new Error(JSON.stringify(userErrors));
    return { cost: extensions.cost, rows: 1, id: contact.id };
  };
  const read = async (text: string, variables: Readonly<Record<string, unknown>>): Promise<Asked> => {
    const answer = await product.ask<unknown>(text, variables);
    return { cost: answer.extensions.cost, rows: mostRows(answer.data) };
  };
  let version = 0;
  let place: string | undefined;
  return {
    'create contact': () => changed(texts.create, { ...contactInput((turn += 1)), account: data.account }),
    'change contact': async () => {
      version ||= await versionOf(product, data.contact);
      const input = { id: data.contact, version: version++, jobTitle: `Jefa ${String((turn += 1))}` };
      return changed(texts.change, input);
    },
    'account 360': () => read(texts.overview, { id: data.account }),
    'list of 50 contacts': () => read(texts.list, {}),
    "owner's 50 opportunities": () => read(texts.owned, { owner: product.actor.userId }),
    'pipeline totals': () => read(texts.totals, { pipeline: data.pipeline }),
    forecast: () => read(texts.forecast, { pipeline: data.pipeline }),
    search: () => read(texts.search, { text: 'cedeno ana' }),
    'duplicate check': () => read(texts.duplicates, { input: known }),
    'changes since': async () => read(texts.changes, { after: (place ??= await placeOf(product)) }),
    'contact by id': () => read(texts.contact, { id: data.contact }),
  };
};

/** Somebody as a person would type a new contact who is there already. */
const known = { name: 'Ana Vera', emails: ['ana.vera@example.com'] };

/** Where the changes go on once the first copy was read. */
const placeOf = async (product: Product): Promise<string> => {
  let after: string | undefined;
  for (;;) {
    const { data } = await product.ask<{ changesSince: { hasMore: boolean; endCursor: string } }>(texts.changes, {
      ...(after !== undefined && { after }),
    });
    after = data.changesSince.endCursor;
    if (!data.changesSince.hasMore) return after;
  }
};

const versionOf = async (product: Product, id: string): Promise<number> => {
  const { data } = await product.ask<{ contact: { version: number } }>(
    'query Version($id: ID!) { contact(id: $id) { version } }',
    { id },
  );
  return data.contact.version;
};

/** The length of the longest list in an answer. */
const mostRows = (value: unknown): number => {
  if (Array.isArray(value)) return Math.max(value.length, 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(mostRows));
};
