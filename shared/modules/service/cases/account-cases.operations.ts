import {
  anyRecord,
  boolean,
  defaulted,
  DomainError,
  integer,
  list,
  object,
  optional,
  query,
  ref,
  signedIn,
  text,
  type AnyRow,
  type Context,
  type Expression,
} from '#kernel';
import { openCursor, sealCursor } from '#kernel/cursor';
import { casePrefix } from './account-cases.projections.ts';
import { CaseType } from './case-type.entity.ts';
import { opportunityKey } from './case-type.rules.ts';

/** Most entries that a page looks at, for those that the actor may not see. */
const mostEvaluated = 1000;

const edge = object('AccountCaseEdge', {
  cursor: text({ describes: 'For `after`, to go on from here.' }),
  node: anyRecord('A Case, or an Opportunity.'),
});

const pageEnd = object(
  'AccountCasesPage',
  {
    hasNextPage: boolean({ describes: 'Whether there is more after this page.' }),
    endCursor: optional(text({ describes: 'For `after`, to read the next page.' })),
    scanLimited: boolean({
      describes: 'The page is short because it had looked at its 1,000 entries; go on from `endCursor`.',
    }),
  },
  { describes: 'Where the page ends, and whether there are more.' },
);

export const accountCases = query('accountCases', {
  describes:
    'The cases of an account, the newest first: those of all types that the tenant defines, and opportunities, which are the built-in type OPPORTUNITY. A page costs one query of the account and one batch of records, however many types there are; those that are not yours to see are looked at and left out.',
  needs: signedIn,
  on: 'Account.cases',
  input: {
    account: ref('Account', { describes: 'Of which account.' }),
    types: defaulted(
      list(text({ max: 40 }), {
        max: 50,
        describes: 'Only these types, by key: COMPLAINT, OPPORTUNITY. All when empty.',
      }),
      [],
    ),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many at most, 1 to 100.' }), 25),
    after: optional(text({ max: 500, describes: 'A cursor of the same query: the page begins after it.' })),
  },
  returns: {
    nodes: list(anyRecord(), { max: 100, describes: 'The records.' }),
    edges: list(edge, { max: 100, describes: 'The records, each with its cursor.' }),
    pageInfo: pageEnd,
  },
  run: async ({ account, types, first, after }, context) => {
    const secret = await context.ports.secrets.get('signing');
    const bound = JSON.stringify(['cases', context.actor.tenant, account, [...types].sort()]);
    const start = after === undefined ? undefined : openCursor(secret, bound, after);
    const found = await collect(context, { account, kinds: await kindsOf(context, types), first, start });
    const edges = found.entries.map(({ sort, row }) => ({ cursor: sealCursor(secret, bound, sort), node: row }));
    return {
      nodes: edges.map(({ node }) => node),
      edges,
      pageInfo: {
        hasNextPage: found.next !== undefined,
        scanLimited: found.next !== undefined && edges.length < first,
        ...(found.next !== undefined && { endCursor: sealCursor(secret, bound, found.next) }),
      },
    };
  },
});

/** How entries name types: by id, and opportunities by their key. */
const kindsOf = async ({ trusted }: Context, keys: readonly string[]): Promise<readonly string[]> => {
  const own = keys.filter((key) => key !== opportunityKey);
  const found =
    own.length === 0 ? new Map<string, { id: string }>() : await trusted(CaseType).findAllUnique('key', own);
  const missing = own.find((key) => !found.has(key));
  if (missing !== undefined) throw new DomainError('BAD_INPUT', `There is no type of case ${missing}.`, ['types']);
  return keys.map((key) => found.get(key)?.id ?? key);
};

type Asked = {
  readonly account: string;
  readonly kinds: readonly string[];
  readonly first: number;
  readonly start: string | undefined;
};
type Entry = { readonly sort: string; readonly row: AnyRow };
type Collected = { readonly entries: readonly Entry[]; readonly next?: string };

/** Entries whose records the actor may see; `next` is where to go on when there is more. */
const collect = async (context: Context, { account, kinds, first, start }: Asked): Promise<Collected> => {
  const pk = `${context.actor.tenant}#${account}`;
  const entries: Entry[] = [];
  let last = start;
  for (let evaluated = 0; evaluated < mostEvaluated;) {
    const page = await context.ports.table.query({
      pk,
      sort: { beginsWith: casePrefix },
      descending: true,
      limit: first + 1,
      ...(kinds.length > 0 && { filter: amongKinds(kinds) }),
      ...(last !== undefined && { after: { pk, sk: last } }),
    });
    evaluated += page.scanned;
    const rows = await context.records(page.items.map(({ sk }) => idIn(sk)));
    for (const { sk } of page.items) {
      const row = rows.get(idIn(sk));
      if (entries.length === first && row) return { entries, next: entries.at(-1)?.sort ?? sk };
      if (row) entries.push({ sort: sk, row });
    }
    if (!page.next) return { entries };
    last = String(page.next['sk']);
  }
  return { entries, ...(last !== undefined && { next: last }) };
};

const idIn = (sort: string): string => sort.slice(sort.lastIndexOf('#') + 1);

const amongKinds = (kinds: readonly string[]): Expression => ({
  text: `caseType IN (${kinds.map((_, index) => `:k${String(index)}`).join(', ')})`,
  values: Object.fromEntries(kinds.map((kind, index) => [`:k${String(index)}`, kind])),
});
