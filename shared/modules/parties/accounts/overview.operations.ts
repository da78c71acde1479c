import {
  anyRecord,
  list,
  mayTouch,
  notFound,
  object,
  optional,
  prefixOf,
  query,
  record,
  ref,
  scopeOf,
  text,
  boolean,
  type AnyEntity,
  type AnyField,
  type AnyRow,
  type Context,
} from '#kernel';
import { fromItem, sortPrefix } from '#kernel/rows';
import { readEntries, recordsOf, showEntries, timelineEntries } from '#modules/platform/timeline';
import { Account, type AccountRow } from './account.entity.ts';

/**
 * What a module adds to the overview of an account, under the extension point `account.360`. Sections of the same name come mixed,
 * in one list. Those whose keys in gsi1 begin with the same word (`doc`) are read in one request, one after the other.
 */
export type AccountSection = {
  /** A field of the answer: contacts. */
  readonly name: string;
  readonly describes: string;
  readonly of: AnyEntity;
  /** Its key in gsi1 by account; where the key tells open records apart, only they are read. */
  readonly key: string;
  readonly descending: boolean;
  readonly first: number;
};

/** A section of the open records of an account, the newest first; their key in gsi1 begins with `doc`, as that of all documents. */
export const openOnes = (of: AnyEntity, name: string, describes: string, first = 5): AccountSection => ({
  ...{ name, describes, of, first },
  key: 'byAccount',
  descending: true,
});

/** The extension point of `account360`. */
export const accountSections = 'account.360';

/**
 * What a module says about the records of a section, under the extension point `account.360.figures`: a sum over those that are
 * open. It is told of them only where all of them were read.
 */
export type AccountFigure = {
  /** A field of the answer: balance. */
  readonly name: string;
  readonly field: AnyField;
  readonly section: string;
  of(rows: readonly AnyRow[]): unknown;
};

/** The extension point of figures in `account360`. */
export const accountFigures = 'account.360.figures';

/** Entries of the timeline that the overview shows. */
const entriesShown = 15;
/** Related records read along with those shown, so that their names cost no further trip. */
const mostRelated = 90;

export const account360 = query('account360', {
  describes:
    'Everything about an account at once: its contacts, open work, and what happened last. Each list is the beginning of one that can be ' +
    'paged elsewhere. Records that are not for you to see are left out.',
  needs: 'account.read',
  input: { id: ref('Account', { describes: 'Which account.' }) },
  returns: {
    account: record(Account, 'The account.'),
    timeline: object(
      'AccountTimeline',
      {
        entries: timelineEntries,
        hasNextPage: boolean({ describes: 'Whether there are older ones.' }),
        endCursor: optional(text({ describes: 'For `timeline(record:, after:)`, to read on.' })),
      },
      { describes: 'What happened last.' },
    ),
  },
  returnsAlso: (contributions) => ({
    ...Object.fromEntries(
      sectionsOf(contributions(accountSections)).map(([name, sections]) => [name, sectionField(sections)] as const),
    ),
    ...Object.fromEntries(figuresOf(contributions(accountFigures)).map(({ name, field }) => [name, field] as const)),
  }),
  run: async ({ id }, context) => {
    const sections = sectionsOf(context.registry.contributions(accountSections));
    const requests = requestsOf(sections.flatMap(([, parts]) => parts));
    const [found, page, ...read] = await Promise.all([
      requests.length > mostRequests ? undefined : context.data(Account).find(id),
      readEntries(context, id, { first: entriesShown }),
      ...requests.map((parts) => readSections(context, id, parts)),
    ]);
    const { entries, ...rest } = page;
    const all = together(read);
    const lists = sections.map(([, parts]) => shownOf(parts, all.rows));
    const shown = [...(found ? [found] : []), ...lists.flat()];
    const rows = await context.records([...new Set([id, ...recordsOf(entries), ...relatedTo(context, shown)])]);
    const account = rows.get(id) as AccountRow | undefined;
    if (!account) throw notFound('Account', id);
    return {
      ...Object.fromEntries(sections.map(([name], index) => [name, lists[index] ?? []])),
      ...figuresIn(context, sections, all),
      account,
      timeline: { ...rest, entries: showEntries(context, entries, new Map([...rows, ...shown.map(byId)])) },
    };
  },
});

/**
 * Six requests are the budget (design.md section 11): the timeline, these for sections, the account, and all that they refer to.
 * With one more the account is read with what is referred to, which then knows its owner only through the rows shown.
 */
const mostRequests = 3;

type Sections = readonly [AccountSection, ...AccountSection[]];

const sectionsOf = (contributed: readonly unknown[]): readonly (readonly [string, Sections])[] =>
  [...Map.groupBy(contributed as readonly AccountSection[], ({ name }) => name)].flatMap(
    ([name, [first, ...others]]) => (first ? [[name, [first, ...others]] as const] : []),
  );

const sectionField = ([first, ...others]: Sections): AnyField =>
  list(others.length === 0 ? record(first.of) : anyRecord(), { max: 100, describes: first.describes });

const byId = (row: AnyRow): readonly [string, AnyRow] => [row.id, row];

/** Sections that one query reads: their keys begin with the same word. */
const requestsOf = (sections: readonly AccountSection[]): readonly (readonly AccountSection[])[] => [
  ...Map.groupBy(sections, (section) => prefixIn(section).split('#', 1)[0]).values(),
];

const prefixIn = ({ of, key }: AccountSection): string => {
  const spec = of.keys[key];
  if (!spec || !('gsi' in spec) || spec.gsi !== 1) throw new Error(`${of.name} has no key ${key} in gsi1.`);
  return sortPrefix(of, spec, true);
};

/**
 * The first records of the sections, in one query of the account's children. Where one section has so many that the query ends
 * before the others, each is read by itself.
 */
const readSections = async (context: Context, account: string, sections: readonly AccountSection[]): Promise<Read> => {
  const prefixes = sections.map(prefixIn).sort();
  const limit = spareFor(context, sections) * sections.reduce((sum, { first }) => sum + first, 0);
  const { items } = await context.ports.table.query({
    index: 'gsi1',
    pk: `${context.actor.tenant}#${account}`,
    sort: { from: prefixes[0] ?? '', to: `${prefixes.at(-1) ?? ''}~` },
    descending: sections.some(({ descending }) => descending),
    limit,
  });
  const isPart = items.length === limit;
  if (isPart && new Set(prefixes).size > 1)
    return together(await Promise.all(sections.map((section) => readSections(context, account, [section]))));
  const entities = new Map(sections.map(({ of: { name } }) => [name, context.registry.entity(name)]));
  const rows = items.flatMap((item) => {
    const entity = entities.get(String(item['entity']));
    const row = entity && fromItem(entity, item);
    return entity && row && mayTouch(context.actor, entity, row, 'read') ? [row] : [];
  });
  return { rows, inPart: isPart ? sections.map(({ name }) => name) : [] };
};

const together = (reads: readonly Read[]): Read => ({
  rows: reads.flatMap(({ rows }) => rows),
  inPart: reads.flatMap(({ inPart }) => inPart),
});

const figuresOf = (contributed: readonly unknown[]) => contributed as readonly AccountFigure[];

const figuresIn = (
  context: Context,
  sections: readonly (readonly [string, Sections])[],
  { rows, inPart }: Read,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    figuresOf(context.registry.contributions(accountFigures))
      .filter(({ section }) => !inPart.includes(section))
      .map(({ name, section, of }) => {
        const parts = sections.find(([title]) => title === section)?.[1] ?? [];
        const prefixes = new Set(parts.map((part) => part.of.idPrefix));
        return [name, of(rows.filter(({ id }) => prefixes.has(prefixOf(id))))];
      }),
  );

/** The records of a section among those that were read. */
const shownOf = (sections: Sections, rows: readonly AnyRow[]): readonly AnyRow[] => {
  const prefixes = new Set(sections.map(({ of }) => of.idPrefix));
  const first = Math.max(...sections.map((section) => section.first));
  return rows.filter(({ id }) => prefixes.has(prefixOf(id))).slice(0, first);
};

/** What was read of sections, and of which there is more. */
type Read = { readonly rows: readonly AnyRow[]; readonly inPart: readonly string[] };

/** Some more are read than shown, for those that the actor may not see, and where a section may crowd another out. */
const spareFor = ({ actor }: Context, sections: readonly AccountSection[]): number =>
  sections.length > 1 || sections.some(({ of }) => scopeOf(actor, of.name, 'read') !== 'all') ? 2 : 1;

/** What the rows refer to. */
const relatedTo = ({ registry }: Context, rows: readonly AnyRow[]): readonly string[] => {
  const ids = rows.flatMap((row) => {
    const of = registry.byPrefix.get(row.id.slice(0, row.id.indexOf('_')));
    const refs = Object.entries<AnyField>(of?.fields ?? {}).filter(([, { shape }]) => shape.kind === 'ref');
    return refs.flatMap(([name]) => (typeof row[name] === 'string' ? [row[name]] : []));
  });
  return [...new Set(ids)].slice(0, mostRelated);
};
