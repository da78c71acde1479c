import {
  integer,
  list,
  number,
  object,
  optional,
  percent,
  query,
  record,
  ref,
  type Context,
  type Contribution,
} from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { Segment, type SegmentRow } from '#modules/parties/segments';
import { progressOf, Sequence, startedBy } from '#modules/engagement/sequences';
import { figuresIn, fieldsOf, type Totals } from './figures.rules.ts';
import { dayNumber, readCell, segmentTotals } from './standing.projections.ts';

const count = (describes: string) => integer({ describes });

/** Sequences of a segment whose progress is shown. */
const mostSequences = 10;

export const segmentFlow = query('segmentFlow', {
  describes:
    'Where the members of a segment stand: contacted or not and how long ago, what is planned, done and overdue, what modules count of them (opportunities open and won), and the sequences that take its members in. Of members that you may see; from totals kept current, in three requests and one for each sequence.',
  needs: 'segment.read',
  on: 'Segment.flow',
  input: {
    segment: ref('Segment', { describes: 'Which segment.' }),
    owner: optional(ref('User', { describes: "Only this person's members." })),
  },
  returns: {
    members: count('Members.'),
    contacted: count('Those with whom somebody was in contact: a call, a visit or the like.'),
    notContacted: count('The others.'),
    daysSinceContact: optional(
      number({ describes: 'Days since the last contact, on the average of those contacted.' }),
    ),
    contactRate: optional(percent({ describes: 'Those contacted, of all members.' })),
    planned: count('Activities that are planned with members.'),
    overdue: count('Those of them that were due on a day before today.'),
    done: count('Activities done with members.'),
    sequences: list(
      object('SegmentSequence', {
        sequence: record(Sequence, 'The sequence.'),
        running: count('Enrolments on their way.'),
        completed: count('Through all steps.'),
        stopped: count('Ended before.'),
        reached: count('Those of them that reached their goal.'),
      }),
      { max: mostSequences, describes: 'The sequences that entering the segment starts.' },
    ),
  },
  returnsAlso: fieldsOf,
  run: async ({ segment: id, owner }, context) => {
    const segment = await context.data(Segment).get(id);
    const [totals, sequences] = await Promise.all([totalsOf(context, segment, owner), sequencesOf(context, id)]);
    const { members } = totals;
    const added = figuresIn(context.registry).flatMap(({ field }) =>
      field ? [[field.name, field.show(totals.of, members, context)] as const] : [],
    );
    return {
      ...contactOf(context, totals),
      ...dueOf(context, totals),
      done: totals.of('done'),
      sequences,
      ...Object.fromEntries(added),
    };
  },
});

type SegmentSums = { readonly members: number; readonly of: Totals; readonly due: Contribution['amounts'] };

/** The sums of a segment over the members that the actor may see. */
const totalsOf = async (context: Context, segment: SegmentRow, owner: string | undefined): Promise<SegmentSums> => {
  const { actor, ports, registry } = context;
  const of = registry.entity(segment.recordType);
  const cells = await readRollup(ports.table, actor.tenant, segmentTotals.name, segment.id);
  const [sums, due]: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (const [cell, amounts] of cells) {
    const read = readCell(cell);
    if (!mayCount(actor, of, read.owner) || (owner !== undefined && read.owner !== owner)) continue;
    const into = read.isDue ? due : sums;
    for (const [name, amount] of Object.entries(amounts)) into[name] = (into[name] ?? 0) + amount;
  }
  return { members: sums['members'] ?? 0, of: (name) => sums[name] ?? 0, due };
};

/** A share in percent, to a tenth. */
const share = (part: number, whole: number): string => String(Math.round((part / whole) * 1000) / 10);

const contactOf = ({ clock }: Context, { members, of }: SegmentSums) => {
  const contacted = of('contacted');
  const days = contacted === 0 ? 0 : dayNumber(clock.today()) - of('contactDays') / contacted;
  return {
    members,
    contacted,
    notContacted: members - contacted,
    ...(contacted > 0 && { daysSinceContact: Math.round(days * 10) / 10 }),
    ...(members > 0 && { contactRate: share(contacted, members) }),
  };
};

const dueOf = ({ clock }: Context, { due }: SegmentSums) => {
  const today = clock.today();
  const days = Object.entries(due);
  const sum = (some: readonly (readonly [string, number])[]): number => some.reduce((all, [, each]) => all + each, 0);
  return { planned: sum(days), overdue: sum(days.filter(([day]) => day < today)) };
};

const sequencesOf = async (context: Context, segment: string) => {
  const rows = (await startedBy(context, { on: 'segmentMember.entered', segment })).slice(0, mostSequences);
  return Promise.all(
    rows.map(async (sequence) => {
      const of = await progressOf(context, sequence.id);
      return {
        sequence,
        running: of('status/RUNNING'),
        completed: of('status/COMPLETED'),
        stopped: of('status/STOPPED'),
        reached: of('end/GOAL'),
      };
    }),
  );
};
