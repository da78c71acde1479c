// Which deliveries stand in line behind which: those of one record, or of one shard of the feed.
import type { Task, Told, Waiting } from './delivery.rules.ts';

/** What is told one after the other, as an endpoint asks. */
export const orderings = ['RECORD', 'SHARD'] as const;
/** What is told one after the other. */
export type Ordering = (typeof orderings)[number];

/** The lane that a delivery stands in. */
export const laneOf = (ordering: Ordering, { record, shard }: Pick<Told, 'record' | 'shard'>): string =>
  ordering === 'SHARD' ? String(shard) : record;

const lanesOf = <T>(ordering: Ordering, all: readonly T[], toldIn: (each: T) => Told): readonly (readonly T[])[] => [
  ...Map.groupBy(all, (each) => laneOf(ordering, toldIn(each))).values(),
];

/** What there is to tell: what waits, what is new, and what was asked for once more. */
export type ToTell = Readonly<Record<'pending' | 'feed' | 'again', readonly Waiting[]>>;

/** What is tried now, in lanes, and what of the feed is left behind one that waits. */
export type Plan = { readonly lanes: readonly (readonly Task[])[]; readonly behind: readonly Task[] };

/**
 * What is tried now, lane by lane and in their order: an event waits until those before it have got through or were given up.
 * What was asked for once more and comes before all that waits in its lane waits for none of it.
 */
export const planned = (ordering: Ordering, { pending, feed, again }: ToTell, now: string): Plan => {
  const tasks = [
    ...pending.map((waiting): Task => ({ from: 'pending', waiting })),
    ...feed.map((waiting): Task => ({ from: 'feed', waiting })),
    ...again.map((waiting): Task => ({ from: 'again', waiting })),
  ];
  const plans = lanesOf(ordering, tasks, ({ waiting }) => waiting).map((lane) => planOfLane(lane, now));
  return {
    lanes: plans.map(({ open }) => open).filter((open) => open.length > 0),
    behind: plans.flatMap(({ behind }) => behind),
  };
};

const planOfLane = (
  lane: readonly Task[],
  now: string,
): { readonly open: readonly Task[]; readonly behind: readonly Task[] } => {
  const [head] = lane;
  if (head?.from !== 'pending' || head.waiting.nextAt <= now) return { open: lane, behind: [] };
  return {
    open: lane.filter(({ from, waiting }) => from === 'again' && waiting.sequence < head.waiting.sequence),
    behind: lane.filter(({ from }) => from === 'feed'),
  };
};

/** When there is something to do again: the first moment at which the next of some lane is due. */
export const nextDue = (ordering: Ordering, pending: readonly Waiting[]): string | undefined =>
  lanesOf(ordering, pending, (each) => each)
    .map(([head]) => head?.nextAt ?? '')
    .sort()[0];

/** Of what waits, these and all that stand before them in their lanes: what must go for them to go. */
export const upTo = (ordering: Ordering, pending: readonly Waiting[], asked: readonly Told[]): readonly Waiting[] => {
  const last = new Map<string, number>();
  for (const each of asked) {
    const lane = laneOf(ordering, each);
    last.set(lane, Math.max(last.get(lane) ?? 0, each.sequence));
  }
  return pending.filter((each) => each.sequence <= (last.get(laneOf(ordering, each)) ?? 0));
};

/** Tells what stands behind one that waits, or is it: what comes before all that waits in its lane does not. */
export const heldUp = (ordering: Ordering, pending: readonly Waiting[], now: string): ((told: Told) => boolean) => {
  const lanes = lanesOf(ordering, pending, (each) => each);
  const heads = new Map(lanes.flatMap(([head]) => (head ? [[laneOf(ordering, head), head] as const] : [])));
  return (told) => {
    const head = heads.get(laneOf(ordering, told));
    return head !== undefined && head.nextAt > now && told.sequence >= head.sequence;
  };
};
