import { DomainError, mutation, notFound, optional, ref, text, type AnyRow, type Context } from '#kernel';
import { derivedId } from '#kernel/ids';
import { DuplicateCandidate, type DuplicateCandidateRow } from './duplicate.entity.ts';
import { inOrder, keptMatch } from './duplicate.rules.ts';
import { identityIn, kindOf } from './kinds.rules.ts';
import type { Alike } from './matching.operations.ts';
import { compareIdentities, type Match } from './score.rules.ts';

/** The id of the candidate of two records: one for each pair, whoever finds it and however often. */
export const candidateId = async ({ ports, actor }: Context, left: string, right: string): Promise<string> =>
  derivedId(DuplicateCandidate.idPrefix, await ports.secrets.get('idempotency'), [
    actor.tenant,
    ...inOrder(left, right),
  ]);

/** Those among the records that somebody has declared to be another than this one. */
export const decidedApart = async (
  context: Context,
  id: string,
  alike: readonly Alike[],
): Promise<ReadonlySet<string>> => {
  const ids = new Map(
    await Promise.all(
      alike.map(async ({ row }): Promise<[string, string]> => [await candidateId(context, id, row.id), row.id]),
    ),
  );
  const known = await context.trusted(DuplicateCandidate).getMany([...ids.keys()]);
  return new Set(
    [...known.values()].filter(({ status }) => status === 'DISTINCT').map((each) => ids.get(each.id) ?? ''),
  );
};

/** Notes that two records may be the same; what was decided about them stays decided. */
export const noteCandidate = async (
  context: Context,
  pair: readonly [AnyRow, AnyRow],
  type: string,
  match: Match,
): Promise<DuplicateCandidateRow> => {
  const candidates = context.trusted(DuplicateCandidate);
  const id = await candidateId(context, pair[0].id, pair[1].id);
  const found = await candidates.find(id);
  const [record, other] = inOrder(pair[0].id, pair[1].id);
  const owner = pair.find((row) => row.id === record)?.ownerId ?? pair.find((row) => row.id === other)?.ownerId;
  const kept = { ...keptMatch(match), ...(owner !== undefined && { owner }) };
  if (!found) return candidates.create({ record, other, type, ...kept }, { id });
  if (found.status === 'GONE') return candidates.move(found, 'OPEN', kept);
  return found.status === 'OPEN' ? candidates.update(found, kept) : found;
};

/** Settles that two records are two. */
export const settleApart = async (
  context: Context,
  pair: readonly [AnyRow, AnyRow],
  type: string,
  note?: string,
): Promise<DuplicateCandidateRow> => {
  const kind = kindOf(context.registry, type);
  if (!kind) throw new DomainError('NOT_COMPARABLE', `Records of ${type} are not compared.`, ['record']);
  const match = compareIdentities(identityIn(kind, pair[0]), identityIn(kind, pair[1]));
  const candidate = await noteCandidate(context, pair, type, match);
  return settle(context, candidate, 'DISTINCT', note);
};

/** Settles that two records have become one, where anybody had found them. */
export const settleMerged = async (context: Context, left: string, right: string): Promise<void> => {
  const candidate = await context.trusted(DuplicateCandidate).find(await candidateId(context, left, right));
  if (candidate) settle(context, candidate, 'MERGED');
};

const settle = (
  { trusted, actor, clock }: Context,
  candidate: DuplicateCandidateRow,
  status: 'MERGED' | 'DISTINCT',
  note?: string,
): DuplicateCandidateRow => {
  const said = { decidedBy: actor.id, decidedAt: clock.instant(), ...(note !== undefined && { note }) };
  return candidate.status === status ? candidate : trusted(DuplicateCandidate).move(candidate, status, said);
};

export const keepApart = mutation('keepApart', {
  describes: 'Declares two records to be two: they are never suggested as duplicates of each other again.',
  needs: 'duplicateCandidate.update',
  input: {
    record: ref('*', { describes: 'One of both.' }),
    other: ref('*', { describes: 'The other one.' }),
    note: optional(text({ max: 500, describes: 'Why they are two.' })),
  },
  returns: DuplicateCandidate,
  fails: ['NOT_COMPARABLE'],
  run: async ({ record, other, note }, context) => {
    const { pair, type } = await comparablePair(context, record, other);
    return settleApart(context, pair, type, note);
  },
});

/** Two different records of one kind, both for the actor to see. @throws NOT_FOUND, NOT_COMPARABLE */
export const comparablePair = async (context: Context, record: string, other: string) => {
  const rows = await context.records([record, other]);
  const [left, right] = [rows.get(record), rows.get(other)];
  const of = context.registry.byPrefix.get(record.slice(0, record.indexOf('_')));
  if (!left || !of) throw notFound('record', record);
  if (!right) throw notFound('record', other);
  if (record === other || !other.startsWith(`${of.idPrefix}_`) || !kindOf(context.registry, of.name))
    throw new DomainError('NOT_COMPARABLE', 'Name two different records of one kind that takes part.', ['other']);
  return { of, type: of.name, pair: [left, right] as const };
};
