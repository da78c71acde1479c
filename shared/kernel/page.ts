// One page of a plan: index runs merged in order. At most 1,000 entries are evaluated; a page may be short and says so.
import { mayTouch, reachOf, scopeOf } from './access.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import { DomainError } from './errors.ts';
import type { Filter } from './filter.ts';
import { toExpression } from './filter-expression.ts';
import { filterFields } from './filter-fields.ts';
import { predicateOf } from './filter-predicate.ts';
import { keepShares, knownShares, shareOf } from './page-shares.ts';
import type { Plan, Stream } from './planner.ts';
import { fromItem, identityOf } from './rows.ts';
import type { Expression, Item, QueryPage } from './table.ts';
import { loadMany, type Unit } from './unit.ts';

/** One page of records. */
export type Page<R> = {
  readonly rows: readonly R[];
  /** The cursor of a row of this page. */
  cursorOf(row: R): string;
  readonly hasNextPage: boolean;
  readonly endCursor?: string;
  /** The evaluation limit was reached before the page was full: go on from `endCursor`. */
  readonly scanLimited: boolean;
  readonly plan: Plan;
};

/** Most entries that one page evaluates. */
const evaluationLimit = 1000;

/** What a page is read with. `rest` is the filter that the key does not answer; bounds are on the sort value. */
export type KeyedRead = {
  readonly first?: number;
  readonly after?: string;
  readonly rest?: Filter;
  readonly checked: boolean;
  readonly from?: string;
  readonly to?: string;
  /** The fields that the rows shall have at least; all when not said. */
  readonly fields?: readonly string[];
};

/** Reads a page of a plan. `query` binds its cursors. */
export const readPage = async (
  unit: Unit,
  of: AnyEntity,
  plan: Plan,
  request: KeyedRead,
  query: string,
): Promise<Page<AnyRow>> => {
  const first = request.first ?? 25;
  if (!Number.isInteger(first) || first < 1 || first > 100)
    throw new DomainError('BAD_INPUT', '`first` is a whole number from 1 to 100.', ['first']);
  const secret = await unit.runtime.ports.secrets.get('signing');
  const position = request.after === undefined ? undefined : openCursor(secret, query, request.after);
  const name = [unit.actor.tenant, first, request.after, query].join(' ');
  const reading = openReading(unit, of, plan, { ...request, wanted: first + 1, position, name });
  const found = await collect(reading);
  const entries = found.slice(0, first);
  const scanLimited = found.length <= first && reading.runs.some((run) => !run.done);
  const end = found.length > first || !scanLimited ? entries.at(-1)?.suffix : frontier(reading);
  const suffixes = new Map(entries.map((entry) => [entry.row.id, entry.suffix]));
  return {
    rows: entries.map((entry) => entry.row),
    cursorOf: (row) => sealCursor(secret, query, suffixes.get(row.id) ?? ''),
    hasNextPage: found.length > first || scanLimited,
    ...(end !== undefined && { endCursor: sealCursor(secret, query, end) }),
    scanLimited,
    plan,
  };
};

/** `name` is the page's own: the tenant's, of one query, from one position on. */
type Wanted = KeyedRead & { readonly wanted: number; readonly position: string | undefined; readonly name: string };
type Entry = { readonly suffix: string; readonly row: AnyRow };
type Run = {
  readonly stream: Stream;
  buffer: Entry[];
  position?: string;
  resume?: QueryPage['next'];
  done: boolean;
  /** Entries of the next request, and those that went into the page. */
  limit: number;
  given: number;
};
type Reading = {
  readonly unit: Unit;
  readonly of: AnyEntity;
  readonly plan: Plan;
  readonly request: Wanted;
  readonly filter: Expression | undefined;
  /** Entries asked of a run that fell short. */
  readonly chunk: number;
  readonly runs: readonly Run[];
  evaluated: number;
};

const openReading = (unit: Unit, of: AnyEntity, plan: Plan, request: Wanted): Reading => {
  const { wanted, position, name } = request;
  const filter = plan.keysOnly ? undefined : pageFilter(unit, of, plan, request);
  // Nobody knows how many entries a filter leaves.
  const isFiltered = filter !== undefined || plan.keysOnly;
  const share = shareOf(plan, wanted);
  const chunk = isFiltered ? Math.min(share * 4, Math.floor(evaluationLimit / plan.streams.length) || 1) : share;
  const known = isFiltered ? [] : knownShares(name, wanted);
  const runs = plan.streams.map((stream, index): Run => {
    const limit = known[index] ?? chunk;
    return { stream, buffer: [], done: false, limit, given: 0, ...(position !== undefined && { position }) };
  });
  return { unit, of, plan, request, filter, chunk, runs, evaluated: 0 };
};

const pageFilter = (unit: Unit, of: AnyEntity, plan: Plan, { rest, checked }: KeyedRead): Expression | undefined => {
  const scope = checked && plan.scoped && !isHolderPlan(plan) ? [scopeFilter(unit, of)] : [];
  return toExpression(filterFields(of), { and: [...(rest ? [rest] : []), ...scope] });
};

const isHolderPlan = (plan: Plan): boolean => plan.streams[0]?.index === 'gsi2' && plan.used.length === 0;

/** The scope as a filter: the owners that the actor's right to read reaches, at most 50, and its teams for what nobody owns. */
const scopeFilter = ({ actor }: Unit, of: AnyEntity): Filter => {
  const { owners, teams } = reachOf(actor, scopeOf(actor, of.name, 'read') === 'team' ? 'team' : 'own');
  // One that owns nothing and is in no team reaches nothing: no record's owner is an empty text.
  const owned = { ownerId: { in: owners.length > 0 ? owners : [''] } };
  return teams.length === 0 ? owned : { or: [owned, { ownerId: { isNull: true }, teamId: { in: teams } }] };
};

const collect = async (reading: Reading): Promise<readonly Entry[]> => {
  const { runs, request } = reading;
  const found: Entry[] = [];
  for (;;) {
    const starving = runs.filter((run) => !run.done && run.buffer.length === 0);
    if (starving.length > 0 && reading.evaluated >= evaluationLimit) return found;
    await Promise.all(starving.map((run) => refill(reading, run)));
    const stillStarving = runs.some((run) => !run.done && run.buffer.length === 0);
    if (!stillStarving) takeMerged(reading, found);
    if (found.length >= request.wanted) {
      keepShares(
        request.name,
        runs.map((run) => run.given),
      );
      return found;
    }
    if (runs.every((run) => run.done && run.buffer.length === 0)) return found;
  }
};

/** Moves entries to the page in order, until it is full or a run must be read on. */
const takeMerged = (reading: Reading, found: Entry[]): void => {
  while (found.length < reading.request.wanted) {
    const next = nextRun(reading);
    const entry = next?.buffer.shift();
    if (!next || !entry) return;
    found.push(entry);
    next.given += 1;
    if (next.buffer.length === 0 && !next.done) return;
  }
};

const nextRun = ({ runs, plan }: Reading): Run | undefined => {
  const waiting = runs.filter((run) => run.buffer.length > 0);
  const isBefore = (left: string, right: string): boolean => (plan.descending ? left > right : left < right);
  return waiting.reduce<Run | undefined>(
    (best, run) => (!best || isBefore(run.buffer[0]?.suffix ?? '', best.buffer[0]?.suffix ?? '') ? run : best),
    undefined,
  );
};

const refill = async (reading: Reading, run: Run): Promise<void> => {
  const page = await reading.unit.table.query(querySpec(reading, run));
  reading.evaluated += page.scanned;
  const entries = page.items.map((item) => ({ item, suffix: suffixOf(run.stream, item) }));
  if (page.next) run.position = suffixOf(run.stream, page.next as Item);
  run.resume = page.next;
  run.done = page.next === undefined;
  run.limit = reading.chunk;
  run.buffer = reading.plan.keysOnly ? await resolveKeys(reading, entries) : readEntries(reading, entries);
};

const skOf = (stream: Stream): string => (stream.index === undefined ? 'sk' : `${stream.index}sk`);
const pkOf = (stream: Stream): string => (stream.index === undefined ? 'pk' : `${stream.index}pk`);
const suffixOf = (stream: Stream, item: Item): string => String(item[skOf(stream)]).slice(stream.prefix.length);

const querySpec = (reading: Reading, run: Run) => {
  const { stream, resume, position } = run;
  const { fields } = reading.request;
  const after = resume ?? (position === undefined ? undefined : startAfter(reading, stream, position));
  return {
    pk: stream.partition,
    ...(stream.index && { index: stream.index }),
    ...sortRange(reading.request, stream),
    ...(reading.filter && { filter: reading.filter }),
    ...(fields && !reading.plan.keysOnly && { attributes: ['id', skOf(stream), ...fields] }),
    limit: run.limit,
    descending: reading.plan.descending,
    ...(after && { after }),
  };
};

const sortRange = ({ from, to }: KeyedRead, { prefix }: Stream) => {
  if (from === undefined && to === undefined) return prefix === '' ? {} : { sort: { beginsWith: prefix } };
  // `~` follows every character that a sort value ends with, and `#` that begins the id.
  return { sort: { from: `${prefix}${from ?? ''}`, to: `${prefix}${to === undefined ? '' : `${to}#`}~` } };
};

/** The key attributes of an entry at a position, whether or not this run holds it: DynamoDB takes any valid key. */
const startAfter = ({ unit }: Reading, stream: Stream, position: string) => {
  const id = position.slice(position.lastIndexOf('#') + 1);
  const sort = { [pkOf(stream)]: stream.partition, [skOf(stream)]: `${stream.prefix}${position}` };
  return stream.index === undefined ? sort : { pk: `${unit.actor.tenant}#${id}`, sk: 'row', ...sort };
};

type Found = { readonly item: Item; readonly suffix: string };

const readEntries = ({ of, request: { fields } }: Reading, found: readonly Found[]): Entry[] =>
  found.map(({ item, suffix }) => ({ suffix, row: fromItem(of, item, [], fields && ['id', ...fields]) }));

/** Reads the rows of entries that hold keys alone, and filters them here. */
const resolveKeys = async ({ unit, of, request }: Reading, found: readonly Found[]): Promise<Entry[]> => {
  const ids = found.map(({ item, suffix }) =>
    item.sk === 'row' ? identityOf(item.pk).id : suffix.slice(suffix.lastIndexOf('#') + 1),
  );
  await loadMany(unit, ids);
  const isAsked = request.rest ? predicateOf(filterFields(of), request.rest) : () => true;
  return found.flatMap(({ suffix }, index) => {
    const loaded = unit.loaded.get(ids[index] ?? '');
    if (loaded?.of.name !== of.name || loaded.row.archivedAt !== undefined) return [];
    if (request.checked && !mayTouch(unit.actor, of, loaded.row, 'read')) return [];
    if (!isAsked(loaded.row)) return [];
    return [{ suffix, row: loaded.row }];
  });
};

/** How far every run has been evaluated: a cursor there loses nothing. */
const frontier = ({ runs, plan }: Reading): string | undefined => {
  const positions = runs.flatMap((run) => (run.done || run.position === undefined ? [] : [run.position]));
  return positions.sort((left, right) => (left < right === plan.descending ? 1 : -1))[0];
};
