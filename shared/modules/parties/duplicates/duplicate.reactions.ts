import { reaction, type AnyRow, type Context } from '#kernel';
import { DuplicateCandidate, type DuplicateCandidateRow } from './duplicate.entity.ts';
import { candidateId, noteCandidate } from './duplicate.operations.ts';
import { identityIn, kindOf, type DuplicateKind } from './kinds.rules.ts';
import { findAlike, type Alike } from './matching.operations.ts';

/** Candidates that are kept for one record: of many who are alike each leads to further ones. */
const mostKept = 5;

/** Looks again at a record: what it resembles is noted, what it no longer resembles is put away. `among` as of `findAlike`. */
export const lookAt = async (
  context: Context,
  kind: DuplicateKind,
  row: AnyRow,
  among?: readonly string[],
): Promise<void> => {
  const asked = { types: [kind.of.name], except: row.id, ...(among && { among }) };
  const alike = row.archivedAt === undefined ? await findAlike(context, identityIn(kind, row), asked) : [];
  const kept = alike.slice(0, mostKept);
  const known = await candidatesOf(context, row, kept);
  for (const { row: other, match } of kept) await noteCandidate(context, [row, other], kind.of.name, match);
  const still = new Set(kept.map(({ row: other }) => other.id));
  for (const candidate of known) {
    const partner = candidate.record === row.id ? candidate.other : candidate.record;
    if (candidate.status === 'OPEN' && !still.has(partner)) context.trusted(DuplicateCandidate).move(candidate, 'GONE');
  }
};

/** The candidates that a record is one of, and those of what it resembles now: read whole, and at once, so that they may be changed. */
const candidatesOf = async (
  context: Context,
  row: AnyRow,
  alike: readonly Alike[],
): Promise<readonly DuplicateCandidateRow[]> => {
  const ids = await Promise.all(alike.map((each) => candidateId(context, row.id, each.row.id)));
  const found = await context.trusted(DuplicateCandidate).getMany([...ids, ...(await idsNoted(context, row))]);
  return [...found.values()];
};

/** What is as it was made was never like another one than now. */
const idsNoted = async ({ trusted }: Context, { id, version }: AnyRow): Promise<readonly string[]> => {
  if (version === 1) return [];
  const candidates = trusted(DuplicateCandidate);
  const pages = await Promise.all([
    candidates.page('byRecord', { of: id, first: 50 }),
    candidates.page('byOther', { of: id, first: 50 }),
  ]);
  return pages.flatMap(({ rows }) => rows.map((row) => row.id));
};

/** Imports look for duplicates themselves; a reaction for each of fifty thousand rows would only slow them down. */
export const watchDuplicates = reaction('watchDuplicates', {
  describes: 'Keeps the queue of records that may be the same, as they are made, changed, archived and restored.',
  on: ['contact.*', 'account.*'],
  run: async (event, context) => {
    const kind = kindOf(context.registry, event.record.type);
    if (!kind || event.silent === true || !concerns(kind, event.changed)) return;
    const row = await context.trusted(kind.of).find(event.record.id);
    if (row) await lookAt(context, kind, row);
  },
});

/** Whether a change bears on who it is, on whether it is there, or on who settles its candidates. */
const concerns = ({ fields }: DuplicateKind, changed: Readonly<Record<string, unknown>>): boolean =>
  [...fields, 'archivedAt', 'ownerId'].some((name) => name in changed);
