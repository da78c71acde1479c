import type { AnyEntity, AnyRow, Context, Piece } from '#kernel';
import { derivedId, prefixOf } from '#kernel/ids';
import type { InForce } from './definitions.operations.ts';
import { evaluate, type Known, type Moment, type Outcome } from './evaluate.rules.ts';
import { knownOf } from './facts.operations.ts';
import { together } from './needs.rules.ts';
import { SegmentMember, type SegmentMemberRow, type segmentReasons } from './segment-member.entity.ts';
import { SegmentWatch, watchId } from './segment-watch.entity.ts';
import { subjectsOf } from './subjects.rules.ts';

/** Why a record is looked at: the reason, and the event that gave it. */
export type Why = { readonly reason: (typeof segmentReasons)[number]; readonly cause?: string };

/** The id of a record's membership: one for each segment, found without an index. */
export const memberId = async ({ ports, actor }: Context, segment: string, subject: string): Promise<string> =>
  derivedId(SegmentMember.idPrefix, await ports.secrets.get('idempotency'), [actor.tenant, segment, subject]);

/** Whether the segments are all those that hold records of the kind, so that nothing else waits for a moment. */
type Extent = 'all' | 'some';

/** Brings the memberships of a record up to what it is now. It may be done any number of times, in any order. */
export const settleSubject = async (
  context: Context,
  subject: string,
  segments: readonly InForce[],
  extent: Extent,
  why: Why,
): Promise<void> => {
  const of = context.registry.byPrefix.get(prefixOf(subject));
  if (!of) return;
  const at: Moment = { at: Date.parse(context.clock.instant()), timeZone: context.actor.timeZone };
  const known = await inUse(context, of, subject, segments, at);
  const moments: number[] = [];
  for (const standing of await standingsOf(context, subject, segments)) {
    const { holds, next } = known ? judged(standing, known, at) : { holds: false };
    if (next !== undefined) moments.push(next);
    if (known && holds) enter(context, { ...standing, of: of.name, row: known.row }, why);
    else if (isIn(standing.member)) leave(context, standing.member, why);
  }
  const kept = extent === 'some' && known ? 'others' : 'none';
  await settleWatch(context, subject, moments, kept, at);
};

/** The record with what its criteria ask for, unless it is archived or gone. */
const inUse = async (
  context: Context,
  of: AnyEntity,
  subject: string,
  segments: readonly InForce[],
  at: Moment,
): Promise<(Known & { readonly row: AnyRow }) | undefined> => {
  const row = await context.trusted(of).find(subject);
  if (!row || row.archivedAt !== undefined) return undefined;
  const needs = together(segments.flatMap((each) => each.needs ?? []));
  return { ...(await knownOf(context, of.name, row, needs, at)), row };
};

/** How a record stands to a segment: whether it is or was a member. */
type Standing = { readonly id: string; readonly segment: InForce; readonly member: SegmentMemberRow | undefined };

const standingsOf = async (
  context: Context,
  subject: string,
  segments: readonly InForce[],
): Promise<readonly Standing[]> => {
  const ids = await Promise.all(segments.map(({ segment }) => memberId(context, segment.id, subject)));
  const members = await context.trusted(SegmentMember).getMany(ids);
  return segments.map((segment, index) => {
    const id = ids[index] ?? '';
    return { id, segment, member: members.get(id) };
  });
};

/** In a static segment stays who is in it. */
const judged = ({ segment: { criterion }, member }: Standing, known: Known, at: Moment): Outcome =>
  criterion ? evaluate(criterion, known, at) : { holds: isIn(member) };

/** A membership of a record that is in the segment now. */
type Present = SegmentMemberRow & { readonly archivedAt?: never };
/** Whether a membership is one now. */
export const isIn = (member: SegmentMemberRow | undefined): member is Present =>
  member !== undefined && member.archivedAt === undefined;

type Entering = Pick<Standing, 'id' | 'member'> & {
  readonly segment: Pick<InForce, 'segment'>;
  readonly of: string;
  readonly row: AnyRow;
};

/** Lets a record in, or keeps what is told of it up to date. */
export const enter = (context: Context, entering: Entering, { reason, cause }: Why): void => {
  const { id, member } = entering;
  const members = context.trusted(SegmentMember);
  const told = toldOf(context, entering);
  if (isIn(member)) {
    members.update(member, told);
    return;
  }
  const entered = { event: 'segmentMember.entered' };
  const entry = { since: context.clock.instant(), reason };
  if (member) {
    const back = members.restore(member, entered);
    members.update(back, { ...told, ...entry, until: null, cause: cause ?? null });
    return;
  }
  const { handler, traits } = told;
  members.create(
    {
      ...namedIn(context, entering),
      ...entry,
      traits,
      ...(handler !== null && { handler }),
      ...(cause !== undefined && { cause }),
    },
    { id, ...entered },
  );
};

const namedIn = ({ registry }: Context, { segment: { segment }, of, row }: Entering) => {
  const kind = subjectsOf(registry).get(of);
  return { segment: segment.id, subject: row.id, ...(kind && { [kind.field]: row.id }) };
};

/** What is told of a member besides that it is one: it follows its record. */
const toldOf = ({ registry }: Context, { of, row }: Entering) => {
  const traits = Object.entries(subjectsOf(registry).get(of)?.traits(row) ?? {});
  const known = traits.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { handler: row.ownerId ?? null, traits: Object.fromEntries(known) };
};

/** Lets a record out. */
export const leave = (context: Context, member: SegmentMemberRow, { reason, cause }: Why): void => {
  const members = context.trusted(SegmentMember);
  const event = { event: 'segmentMember.exited' };
  const left = members.update(member, { until: context.clock.instant(), reason, cause: cause ?? null }, event);
  members.archive(left, event);
};

/** Notes when time alone may change something next. Where only some segments were looked at, the moment of the others stays. */
const settleWatch = async (
  { trusted }: Context,
  subject: string,
  moments: readonly number[],
  kept: 'others' | 'none',
  { at: now }: Moment,
): Promise<void> => {
  const watches = trusted(SegmentWatch);
  const watch = await watches.find(watchId(subject));
  const known = watch?.at === undefined ? 0 : Date.parse(watch.at);
  const next = [...moments, ...(kept === 'others' && known > now ? [known] : [])];
  const at = next.length === 0 ? null : new Date(Math.min(...next)).toISOString();
  if (watch) watches.update(watch, { at });
  else if (at !== null) watches.create({ subject, at }, { id: watchId(subject) });
};

/** Which of these records are in a segment, in two requests for a hundred. */
export const presentIn = async (
  context: Context,
  segment: string,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> => {
  const ids = await Promise.all(subjects.map((subject) => memberId(context, segment, subject)));
  const members = await context.trusted(SegmentMember).getMany(ids);
  return new Set([...members.values()].filter(isIn).map(({ subject }) => subject));
};

/** The same as a piece of a larger work. */
export const settling = (subject: string, segments: readonly InForce[], extent: Extent, why: Why): Piece => ({
  key: subject,
  reads: [subject, watchId(subject)],
  run: async (context) => {
    await settleSubject(context, subject, segments, extent, why);
    return { id: subject };
  },
});
