import { prefixOf, type ChangesOf, type Context } from '#kernel';
import { ApiKey } from '#modules/platform/keys';
import { notify, tellSupervisors } from '#modules/platform/notifications';
import { User } from '#modules/platform/users';
import { failureNotice } from './notices.rules.ts';
import { looksBackAt } from './looking.rules.ts';
import { endKey } from './plan.rules.ts';
import { announceRun, wakeNext } from './announce.operations.ts';
import type { Next, Outcome, Transition } from './standing.rules.ts';
import type { RevisionRow } from './workflow.entity.ts';
import { mostDecisions, WorkflowRun, type Decision, type RunRow } from './workflow-run.entity.ts';

/** A transition that is to be kept: with a call that is being made, or an answer that is awaited. */
export type Kept = Transition & {
  readonly calling?: string;
  readonly awaits?: 'APPROVAL';
  readonly outcome?: Outcome;
};

/** After so long without a step a run is looked after: its message may have been lost, its worker may have died. */
const lookAfterSeconds = 300;
/** Whoever waits in line is told when the turn comes; this is for when that is lost. */
const lookAfterLineSeconds = 3600;
/** A call outside is given up after so long; it takes some 40 seconds at most. */
const callSeconds = 120;

/** Bytes of a run that go into what it has decided; a record holds 400 KB. */
const mostBytes = 250_000;

/** So many seconds after an instant. */
export const later = (instant: string, seconds: number): string =>
  new Date(Date.parse(instant) + seconds * 1000).toISOString();

/** When a call outside that began then is no longer waited for. */
export const callGivenUpAt = (calling: string): string => later(calling, callSeconds);

type RunChanges = ChangesOf<typeof WorkflowRun>;

/** Stages what a run comes to by a transition: one conditional write. Answers the run, and whether it goes on at once. */
export const keepTransition = async (context: Context, run: RunRow, plan: RevisionRow, kept: Kept): Promise<Moved> => {
  const staged = stage(context, run, plan, kept);
  if (staged.run.status === 'FAILED') await tellFailure(context, staged.run, plan);
  return staged;
};

/** Whoever published a workflow is told when a run of it fails; administrators, where that is a key of nobody or somebody who has left. */
const tellFailure = async (context: Context, { id, name, problem = '' }: RunRow, plan: RevisionRow): Promise<void> => {
  const notice = {
    kind: failureNotice,
    title: { es: `Falló un proceso: ${name}`, en: `A workflow failed: ${name}` },
    body: { es: problem, en: problem },
    about: id,
  };
  const person = await personOf(context, plan.publishedBy);
  if (person === undefined) await tellSupervisors(context, notice);
  else await notify(context, { ...notice, to: [person] });
};

/** The person who published something, or in whose name a key did. */
const personOf = async ({ trusted }: Context, publishedBy: string): Promise<string | undefined> => {
  const isKey = prefixOf(publishedBy) === ApiKey.idPrefix;
  const id = isKey ? (await trusted(ApiKey).find(publishedBy))?.user : publishedBy;
  const person = id !== undefined && prefixOf(id) === User.idPrefix ? await trusted(User).find(id) : undefined;
  return person?.status === 'DEACTIVATED' ? undefined : person?.id;
};

const stage = (context: Context, run: RunRow, plan: RevisionRow, kept: Kept): Moved => {
  if (run.decisions.length + kept.decisions.length > mostDecisions)
    return ended(context, run, plan, { code: 'ENDLESS_LOOP', message: 'It has taken too many steps.' });
  if (kept.awaits !== undefined) return awaiting(context, run, kept);
  return isTooLarge(run, kept) ? withoutValues(context, run, plan, kept) : moved(context, run, plan, kept);
};

/** Whether what a run decided on would leave no room for the rest of it. */
const isTooLarge = ({ decisions, trigger }: RunRow, { decisions: made, standing }: Kept): boolean =>
  Buffer.byteLength(JSON.stringify([decisions, made, standing.loops, trigger])) > mostBytes;

/** What a step did is kept in any case; for what later steps would go by there is no room, so that they are not done. */
const withoutValues = (context: Context, run: RunRow, plan: RevisionRow, kept: Kept): Moved => {
  const decisions = kept.decisions.map(({ input: _input, output: _output, ...rest }) => rest);
  const small = { ...kept, decisions };
  const { next } = kept;
  // What takes others back goes by what was known before.
  const needsThem = run.status !== 'COMPENSATING' && (next.do === 'perform' || next.do === 'wait');
  if (!needsThem) return moved(context, run, plan, small);
  const why = { code: 'TOO_LARGE', message: 'Its steps have answered more than a run can keep.' };
  return ended(context, run, plan, why, common(context, run, small));
};

/** What every transition changes. */
const common = (
  context: Context,
  run: RunRow,
  { decisions, standing }: Pick<Transition, 'decisions' | 'standing'>,
) => ({
  step: standing.step,
  attempts: standing.attempts,
  loops: standing.loops,
  decisions: [...run.decisions, ...decisions],
  since: standing.step === run.step ? run.since : context.clock.instant(),
  signal: null,
  calling: null,
  waitsFor: null,
  looksBackAt: null,
});

const moved = (context: Context, run: RunRow, plan: RevisionRow, kept: Kept): Moved => {
  const { next, standing } = kept;
  const changes: RunChanges = { ...common(context, run, kept), undo: standing.undo ?? [] };
  switch (next.do) {
    case 'perform':
      return toPerform(context, run, changes, kept.calling);
    case 'wait':
      return toWait(context, run, plan, changes, next);
    case 'retry':
      return atRest(context, run, { ...changes, waitsFor: 'RETRY', wakesAt: next.until });
    case 'compensate': {
      const values = { ...changes, ...whyOf(next.failed), wakesAt: firstLook(context) };
      return { run: context.trusted(WorkflowRun).move(run, 'COMPENSATING', values), goesOn: true };
    }
    case 'end':
      return next.status === 'FAILED'
        ? ended(context, run, plan, next.failed, changes)
        : end(context, run, plan, 'COMPLETED', { ...changes, step: null });
  }
};

/** A run as it is to be written, and whether it goes on at once. */
type Moved = { readonly run: RunRow; readonly goesOn: boolean };

const toPerform = (context: Context, run: RunRow, changes: RunChanges, calling: string | undefined): Moved => {
  if (calling === undefined)
    return { run: goOn(context, run, { ...changes, wakesAt: firstLook(context) }), goesOn: true };
  const wakesAt = callGivenUpAt(calling);
  return { run: goOn(context, run, { ...changes, calling, wakesAt }), goesOn: false };
};

const atRest = (context: Context, run: RunRow, changes: RunChanges): Moved => ({
  run: rest(context, run, changes),
  goesOn: false,
});

const toWait = (
  context: Context,
  run: RunRow,
  { createdAt }: RevisionRow,
  changes: RunChanges,
  { wait, until }: Extract<Next, { readonly do: 'wait' }>,
): Moved => {
  const since = context.clock.instant();
  if (wait.event === undefined)
    return atRest(context, run, { ...changes, waitsFor: 'TIME', since, wakesAt: until ?? null });
  const looksBack = looksBackAt(createdAt, since);
  const [wakesAt = null] = [until, looksBack].filter((moment) => moment !== undefined).sort();
  return atRest(context, run, { ...changes, waitsFor: 'EVENT', since, looksBackAt: looksBack ?? null, wakesAt });
};

const whyOf = ({ message, code }: Why) => ({ problem: message.slice(0, 1000), code: code.slice(0, 60) });

/** The step has asked somebody: the run waits for the answer. */
const awaiting = (context: Context, run: RunRow, { awaits, outcome, ...transition }: Kept) => {
  const { next } = transition;
  const made: Decision[] =
    next.do === 'perform' && outcome && !('failed' in outcome)
      ? [
          {
            step: next.step.key,
            kind: next.step.kind,
            outcome: 'WAITING',
            attempt: transition.standing.attempts + 1,
            at: context.clock.instant(),
            ...(outcome.input && { input: outcome.input }),
            ...(outcome.output && { output: outcome.output }),
          },
        ]
      : [];
  const changes = common(context, run, { ...transition, decisions: [...transition.decisions, ...made] });
  const waitsFor = awaits ?? 'APPROVAL';
  return atRest(context, run, { ...changes, waitsFor, wakesAt: null });
};

const goOn = (context: Context, run: RunRow, changes: RunChanges): RunRow => {
  const runs = context.trusted(WorkflowRun);
  if (run.status === 'WAITING') return runs.move(run, 'RUNNING', changes);
  return runs.update(run, changes, { event: 'workflowRun.advanced', aside: true });
};

/** A run that takes back what it did stays in that state while it waits to try again. */
const rest = (context: Context, run: RunRow, changes: RunChanges): RunRow => {
  const runs = context.trusted(WorkflowRun);
  if (run.status !== 'RUNNING') return runs.update(run, changes, { event: 'workflowRun.advanced' });
  return runs.move(run, 'WAITING', changes);
};

type Why = { readonly code: string; readonly message: string };

const ended = (
  context: Context,
  run: RunRow,
  plan: RevisionRow,
  failed: Why | undefined,
  changes: RunChanges = {},
): Moved => {
  const step = changes.step === endKey ? { step: null } : {};
  return end(context, run, plan, 'FAILED', { ...changes, ...step, ...(failed && whyOf(failed)) });
};

/** A run that has ended gives up its place; the next in line has its turn. */
const end = (
  context: Context,
  run: RunRow,
  plan: Pick<RevisionRow, 'concurrency'>,
  status: 'COMPLETED' | 'FAILED',
  changes: RunChanges,
) => {
  const over = { ...changes, ...overValues(context) };
  const row = context.trusted(WorkflowRun).move(run, status, over);
  if (plan.concurrency === 'QUEUE' || plan.concurrency === 'RESTART') context.afterCommit(() => wakeNext(context, run));
  return { run: row, goesOn: false };
};

/** What a run holds once it is over. */
export const overValues = ({ clock }: Context) => ({
  endedAt: clock.instant(),
  wakesAt: null,
  lane: null,
  waitsFor: null,
  looksBackAt: null,
  signal: null,
  calling: null,
  loops: [],
  undo: [],
});

/** Puts off looking after a run, and tells the queue of it. */
export const lookAfter = (context: Context, run: RunRow, changes: RunChanges = {}): RunRow => {
  const seconds = run.status === 'QUEUED' ? lookAfterLineSeconds : lookAfterSeconds;
  const wakesAt = later(context.clock.instant(), seconds);
  context.afterCommit(() => announceRun(context, run.id));
  return context
    .trusted(WorkflowRun)
    .update(run, { ...changes, wakesAt }, { event: 'workflowRun.advanced', aside: true });
};

/** A new run's first look. */
export const firstLook = (context: Context): string => later(context.clock.instant(), lookAfterSeconds);
