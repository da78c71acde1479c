import type { AnyEntity, AnyField, AnyRow } from '#kernel';
import { ordered } from '#kernel/row-changes';
import type { DuplicateKind } from './kinds.rules.ts';
import type { MergeRule, Snapshot } from './merge.entity.ts';

/** The fields that a merge may decide about: those that people fill in. */
export const mergeable = (of: AnyEntity): readonly (readonly [string, AnyField])[] =>
  Object.entries<AnyField>(of.fields).filter(
    ([, { presence, shape }]) => !presence.startsWith('derived') && shape.kind !== 'parts',
  );

type Pair = { readonly survivor: AnyRow; readonly loser: AnyRow };

/** What the survivor will hold in place of what: only fields that change. Null clears. */
export const mergedValues = (
  kind: DuplicateKind,
  of: AnyEntity,
  pair: Pair,
  choices: ReadonlyMap<string, MergeRule>,
): { readonly before: Snapshot; readonly after: Snapshot } => {
  const changed = mergeable(of).flatMap(([name, field]) => {
    const was = pair.survivor[name];
    const rule = choices.get(name);
    const own = rule === undefined ? kind.merging?.[name] : undefined;
    const is = own ? own(was, pair.loser[name]) : chosen(name, field, pair, rule ?? usualRule(field));
    return is === undefined || isSame(was, is) || pointsAt(is, pair) ? [] : [[name, was ?? null, is] as const];
  });
  return {
    before: Object.fromEntries(changed.map(([name, was]) => [name, was])),
    after: Object.fromEntries(changed.map(([name, , is]) => [name, is])),
  };
};

const usualRule = ({ shape }: AnyField): MergeRule =>
  shape.kind === 'list' || shape.kind === 'tags' || isCustom(shape) ? 'UNION' : 'NON_EMPTY';

/** The tenant's own fields are decided about one by one; a change of them names those that differ. */
const isCustom = (shape: AnyField['shape']): boolean => shape.kind === 'object' && shape.custom === true;

const isSame = (left: unknown, right: unknown): boolean =>
  JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));

/** A record does not come to belong to itself. */
const pointsAt = (value: unknown, { survivor, loser }: Pair): boolean => value === survivor.id || value === loser.id;

const chosen = (name: string, field: AnyField, { survivor, loser }: Pair, rule: MergeRule): unknown => {
  const [ours, theirs] = [survivor[name], loser[name]];
  const isNewer = loser.updatedAt > survivor.updatedAt;
  const values: Readonly<Record<MergeRule, () => unknown>> = {
    SURVIVOR: () => ours,
    LOSER: () => theirs ?? null,
    NON_EMPTY: () => ours ?? theirs,
    NEWEST: () => (isNewer ? (theirs ?? ours) : (ours ?? theirs)),
    LONGEST: () => (lengthOf(theirs) > lengthOf(ours) ? theirs : ours),
    UNION: () => union(field, ours, theirs),
  };
  return values[rule]();
};

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : value === undefined ? -1 : 0);

type Entries = readonly unknown[];

/** All of both, the survivor's first; of the loser's none is the primary one any more. */
const union = (field: AnyField, ours: unknown, theirs: unknown): unknown => {
  if (isCustom(field.shape)) return unionOfKeys(ours, theirs);
  const kept = (ours as Entries | undefined) ?? [];
  const added = ((theirs as Entries | undefined) ?? []).filter(
    (entry) => !kept.some((known) => entryKey(known) === entryKey(entry)),
  );
  if (added.length === 0) return ours;
  const most = field.shape.kind === 'list' || field.shape.kind === 'tags' ? field.shape.max : Infinity;
  return [...kept, ...(kept.length > 0 ? added.map(secondary) : added)].slice(0, most);
};

type Keyed = Readonly<Record<string, unknown>>;

const unionOfKeys = (ours: unknown, theirs: unknown): unknown => {
  const added = Object.entries((theirs as Keyed | undefined) ?? {}).filter(
    ([key]) => (ours as Keyed | undefined)?.[key] === undefined,
  );
  return added.length === 0 ? ours : { ...(ours as Keyed | undefined), ...Object.fromEntries(added) };
};

const secondary = (entry: unknown): unknown =>
  typeof entry === 'object' && entry !== null && 'primary' in entry ? { ...entry, primary: false } : entry;

/** What makes an entry of a list the one that it is: a number, an address, a key; else all of it. */
export const entryKey = (entry: unknown): string => {
  if (typeof entry !== 'object' || entry === null) return JSON.stringify(entry);
  const values = entry as Readonly<Record<string, unknown>>;
  const { number, address, system, id, key, product, channel } = values;
  const telling = [number, address, system, id, key, product, channel].filter((value) => value !== undefined);
  return JSON.stringify(telling.length > 0 ? telling : entry);
};

/** The loser's values that no two records may share and that the survivor takes over: it has to give them up. */
export const freedValues = (of: AnyEntity, loser: AnyRow, after: Snapshot): Snapshot =>
  Object.fromEntries(
    Object.entries<AnyField>(of.fields)
      .filter(([name, { unique }]) => unique !== undefined && loser[name] !== undefined && name in after)
      .map(([name]) => [name, loser[name]]),
  );

/**
 * What parting gives back to the survivor, in which later edits stay: a value that came from the loser goes home as it is now, an
 * entry of a list likewise; what was written since, and what was the survivor's, stays.
 */
export const partedValues = (
  now: AnyRow,
  { before, after }: { readonly before: Snapshot; readonly after: Snapshot },
): Snapshot =>
  Object.fromEntries(
    Object.keys(after).flatMap((name) => {
      const was = before[name] ?? null;
      if (isKeyed(after[name])) return [[name, keysToClear(after[name], was)] as const];
      if (!Array.isArray(after[name])) return [[name, was] as const];
      const came = entriesBeyond(after[name], was);
      const current = ((now[name] as Entries | undefined) ?? []).filter((entry) => !came.has(entryKey(entry)));
      const left = current.map((entry) => ownEntry(entry, after[name] as Entries, (was as Entries | null) ?? []));
      return [[name, left.length > 0 ? withPrimary(left) : null] as const];
    }),
  );

/** An entry that the merge itself had changed, and nobody since, is the survivor's own again. */
const ownEntry = (entry: unknown, merged: Entries, was: Entries): unknown => {
  const isUntouched = merged.some((each) => isSame(each, entry));
  const own = was.find((each) => entryKey(each) === entryKey(entry));
  return isUntouched ? (own ?? entry) : entry;
};

const isKeyed = (value: unknown): value is Keyed =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('currency' in value);

/** Keys that came from the loser go; the others are left as they are. */
const keysToClear = (merged: Keyed, was: unknown): Keyed =>
  Object.fromEntries(
    Object.keys(merged)
      .filter((key) => (was as Keyed | null)?.[key] === undefined)
      .map((key) => [key, null]),
  );

/** What the loser gets back that was edited meanwhile: values that it brought, as they are now. */
export const returnedValues = (
  now: AnyRow,
  loser: AnyRow,
  { before, after }: { readonly before: Snapshot; readonly after: Snapshot },
): Snapshot =>
  Object.fromEntries(
    Object.entries(after).flatMap(([name, merged]) => {
      const current = now[name];
      if (Array.isArray(merged)) return returnedEntries(name, merged, current, loser, before[name] ?? null);
      const broughtIt = isSame(merged, loser[name]) && (before[name] ?? null) === null;
      return broughtIt && current !== undefined && !isSame(current, merged) ? [[name, current] as const] : [];
    }),
  );

const returnedEntries = (name: string, merged: Entries, current: unknown, loser: AnyRow, was: unknown) => {
  const came = entriesBeyond(merged, was);
  const edited = new Map(((current as Entries | undefined) ?? []).map((entry) => [entryKey(entry), entry] as const));
  const own = (loser[name] as Entries | undefined) ?? [];
  const back = own.map((entry) => {
    const is = came.has(entryKey(entry)) ? edited.get(entryKey(entry)) : undefined;
    return is === undefined ? entry : withPrimaryOf(is, entry);
  });
  return isSame(back, own) ? [] : [[name, back] as const];
};

const withPrimaryOf = (entry: unknown, like: unknown): unknown =>
  typeof entry === 'object' && typeof like === 'object' && like !== null && 'primary' in like
    ? { ...entry, primary: like.primary }
    : entry;

/** A list whose primary entry has gone home gets another one. */
const withPrimary = (entries: Entries): Entries => {
  const [first, ...others] = entries;
  const isMarked = (entry: unknown): boolean => (entry as { readonly primary?: boolean }).primary === true;
  if (typeof first !== 'object' || first === null || !('primary' in first) || entries.some(isMarked)) return entries;
  return [{ ...first, primary: true }, ...others];
};

const entriesBeyond = (merged: unknown, was: unknown): ReadonlySet<string> => {
  const before = new Set(((was as Entries | null) ?? []).map(entryKey));
  return new Set((merged as Entries).map(entryKey).filter((key) => !before.has(key)));
};
