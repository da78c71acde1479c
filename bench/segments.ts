// What a page of a segment costs: its members in one request, with their accounts in two.
import type { Product } from './product.ts';
import { atMost, type Row } from './rows.ts';

type Nodes<Node> = { readonly nodes: readonly Node[] };
type Id = { readonly id: string };

const change = (name: string, type: string, selection: string): string =>
  `mutation ($input: ${type}!) { it: ${name}(input: $input) { ${selection} userErrors { code message } } }`;
const page = (selection: string): string =>
  `query Members($segment: ID!) { segmentMembers(first: 50, where: { segment: { eq: $segment } }) { nodes { ${selection} } } }`;

/** The rows. */
export const segmentRows = async (product: Product): Promise<readonly Row[]> => {
  const segment = await fifty(product);
  const priceOf = async (selection: string) => (await product.ask(page(selection), { segment })).extensions.cost;
  const members = await priceOf('id since reason');
  const records = await priceOf('id since account { id name city }');
  return [
    atMost('segment page of 50, requests', { budget: 1, measured: members.requests, unit: 'requests', floor: 1 }),
    atMost('segment page of 50 with its accounts, requests', {
      ...{ budget: 2, measured: records.requests, unit: 'requests', floor: 2 },
    }),
  ];
};

/** A segment of fifty accounts. */
const fifty = async ({ ask }: Product): Promise<string> => {
  const { data } = await ask<{ accounts: Nodes<Id> }>('{ accounts(first: 50) { nodes { id } } }');
  const input = { name: 'Fifty', recordType: 'Account', kind: 'STATIC' };
  const made = await ask<{ it: { segment: Id } }>(change('createSegment', 'CreateSegmentInput', 'segment { id }'), {
    input,
  });
  const { id } = made.data.it.segment;
  const records = data.accounts.nodes.map((account) => account.id);
  await ask(change('addToSegment', 'AddToSegmentInput', 'added'), { input: { id, records } });
  return id;
};
