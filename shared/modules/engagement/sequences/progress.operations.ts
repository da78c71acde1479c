import { integer, list, object, optional, query, record, ref, text, type Context, type Contribution } from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { endReasons, Enrolment } from './enrolment.entity.ts';
import { enrolmentTotals } from './progress.projections.ts';
import { Sequence, type SequenceRow } from './sequence.entity.ts';

const count = (describes: string) => integer({ describes });

const stepFields = {
  step: text({ max: 40, describes: 'The key of the step; steps that the plan no longer has come last.' }),
  standing: count('Enrolments that stand at it now.'),
  overdue: count('Those of them whose work is late.'),
  done: count('How often its work was done.'),
  dropped: count('How often it was dropped.'),
  missed: count('How often it was late and left.'),
  skipped: count('How often it was left out.'),
};

export const sequenceProgress = query('sequenceProgress', {
  describes:
    'How many records are in a sequence and at which step, what became of its steps, and why records left it: from totals kept current, in two requests.',
  needs: 'enrolment.read',
  input: {
    sequence: ref('Sequence', { describes: 'Which sequence.' }),
    owner: optional(ref('User', { describes: "Only this person's." })),
  },
  returns: {
    sequence: record(Sequence, 'The sequence.'),
    running: count('On their way.'),
    paused: count('Held at a step.'),
    completed: count('Through all steps.'),
    stopped: count('Ended before.'),
    ends: list(object('EnrolmentEnds', { reason: text({ max: 20, describes: 'Why.' }), count: count('How many.') }), {
      max: 20,
      describes: 'Why records left, those that did for any reason at all.',
    }),
    steps: list(object('StepProgress', stepFields), { max: 200, describes: 'The steps, in order.' }),
  },
  run: async ({ sequence: id, owner }, context) => {
    const [sequence, cells] = await Promise.all([context.data(Sequence).get(id), cellsOf(context, id, owner)]);
    const of = sums(cells);
    return {
      sequence,
      running: of('status/RUNNING'),
      paused: of('status/PAUSED'),
      completed: of('status/COMPLETED'),
      stopped: of('status/STOPPED'),
      ends: endReasons.map((reason) => ({ reason, count: of(`end/${reason}`) })).filter((each) => each.count > 0),
      steps: stepsOf(
        sequence,
        cells.flatMap((amounts) => Object.keys(amounts)),
      ).map((step) => ({
        step,
        standing: of(`at/${step}`),
        overdue: of(`overdue/${step}`),
        done: of(`DONE/${step}`),
        dropped: of(`DROPPED/${step}`),
        missed: of(`OVERDUE/${step}`),
        skipped: of(`SKIPPED/${step}`),
      })),
    };
  },
});

type Cells = readonly Contribution['amounts'][];

/** What is told of a sequence by owner, as far as the actor may count them. */
const cellsOf = async ({ actor, ports }: Context, sequence: string, owner?: string): Promise<Cells> => {
  const cells = await readRollup(ports.table, actor.tenant, enrolmentTotals.name, sequence);
  return [...cells].flatMap(([holder, amounts]) =>
    mayCount(actor, Enrolment, holder) && (owner === undefined || holder === owner) ? [amounts] : [],
  );
};

/** The sums of a sequence by name: `status/RUNNING`, `end/GOAL`. */
export const progressOf = async (context: Context, sequence: string): Promise<(name: string) => number> =>
  sums(await cellsOf(context, sequence));

const sums =
  (cells: Cells) =>
  (name: string): number =>
    cells.reduce((sum, amounts) => sum + (amounts[name] ?? 0), 0);

const ofSteps = new Set(['at', 'DONE', 'DROPPED', 'OVERDUE', 'SKIPPED']);

/** The steps of the plan, and those of older plans of which something is told. */
const stepsOf = ({ steps }: SequenceRow, names: readonly string[]): readonly string[] => {
  const told = names
    .map((name) => name.split('/'))
    .flatMap(([what = '', step = '']) => (ofSteps.has(what) ? step : []));
  return [...new Set([...steps.map(({ key }) => key), ...told])];
};
