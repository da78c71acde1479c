import { DomainError, forbidden, prefixOf, query, scopeOf, type AnyRow, type Context, type Values } from '#kernel';
import { parseGiven } from '#kernel/execute';
import { problemsError } from '#kernel/errors';
import { pastAt } from '#modules/platform/history';
import { workingTimeOf } from '#modules/platform/settings';
import { canonicalJson, sha256 } from '#modules/platform/signing';
import { planProblems } from './plan-checks.rules.ts';
import type { Plan, Trigger } from './plan.rules.ts';
import { nextMoment } from './schedule.operations.ts';
import { eventsBetween } from './simulate-log.operations.ts';
import { live, passTime } from './simulate-past.operations.ts';
import { periodFields, reportFields, type Report } from './simulate-report.rules.ts';
import { reportOf, tellOpen } from './simulate-telling.rules.ts';
import { openWorld, type Simulation, type Slice } from './simulate-world.rules.ts';
import { judgesIn } from './step-kinds.rules.ts';
import { asksForWorkingTime } from './waiting-time.rules.ts';
import { declaredProblems } from './typing.rules.ts';
import { createWorkflow } from './workflow.operations.ts';
import { Workflow } from './workflow.entity.ts';

/** What is to be simulated, over which period. */
export type Asked = Values<typeof periodFields>;

/** Events and moments that one answer goes through, and what it lists of each sort; more is for the job. */
const mostAtOnce = 5_000;
const mostMoments = 1_000;
const mostListed = 500;
const mostDays = 400;

export const simulateWorkflow = query('simulateWorkflow', {
  describes:
    'What a workflow would have done in a past period: its plan, or a draft, over the events of the log, decided by the engine of real ' +
    'runs, with every effect noted instead of done. The same input over the same log gives the same report, byte for byte. Up to 5,000 ' +
    'events are read; `startSimulation` goes through more. People and outside systems do nothing in it that the log does not tell.',
  needs: 'workflow.simulate',
  input: periodFields,
  returns: reportFields,
  run: async (asked, context) => {
    const { from, to } = periodOf(context, asked);
    const plan = await planOf(context, asked);
    const world = openWorld(await simulationOf(context, { ...asked, plan }, mostListed));
    const slice = await sliceOf(context, plan, from, to);
    world.isComplete = slice.isComplete;
    await live(world, slice);
    await passTime(world, to);
    tellOpen(world);
    return sealed(reportOf(world, [world.told], { from, to }));
  },
});

/** A report with its digest. Values come from storage in any order of their names; the report has one. */
export const sealed = (report: Report): Report & { readonly digest: string } => {
  const told = canonicalJson(report);
  return { ...(JSON.parse(told) as Report), digest: sha256(told) };
};

/** What a simulation goes by. @throws FORBIDDEN where the actor may not see all of it */
export const simulationOf = async (
  context: Context,
  { plan, decides = 'APPROVED' }: Pick<Asked, 'decides'> & Pick<Simulation, 'plan'>,
  listed: number,
): Promise<Simulation> => {
  const { registry, actor } = context;
  const of = plan.of === undefined ? undefined : registry.entity(plan.of);
  if (of && scopeOf(actor, of.name, 'read') !== 'all') throw forbidden(`You may not read every ${of.name}.`);
  const working = asksForWorkingTime(plan) ? await workingTimeOf(context, plan.calendar) : undefined;
  return {
    ...{ plan, listed, registry, country: actor.country, timeZone: actor.timeZone, decides },
    ...(working && { working }),
    recordAt: (id, moment) => recordAt(context, id, moment),
    isInScope: (record) => isInScope(context, plan, record),
  };
};

/** What happened in a piece of the past, and whether that is all. */
export const sliceOf = async (
  context: Context,
  { trigger }: Plan,
  from: string,
  to: string,
): Promise<Slice & { readonly isComplete: boolean }> => {
  const [{ events, isComplete }, moments] = await Promise.all([
    eventsBetween(context, from, to, mostAtOnce),
    trigger.kind === 'SCHEDULE' ? momentsOf(context, trigger, from, to) : [],
  ]);
  return { events, moments, isComplete: isComplete && moments.length < mostMoments };
};

/** The period that is meant. @throws BAD_INPUT */
export const periodOf = ({ clock }: Context, { from, to }: Asked): { readonly from: string; readonly to: string } => {
  const [begin, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  if (end > clock.instant()) throw new DomainError('BAD_INPUT', 'What is to come cannot be simulated.', ['to']);
  if (begin >= end || Date.parse(end) - Date.parse(begin) > mostDays * 86_400_000)
    throw new DomainError('BAD_INPUT', 'The period begins before it ends, at most 400 days.', ['from']);
  return { from: begin, to: end };
};

/** The plan that is tried, checked as if it were to be saved. @throws DomainError with all that is wrong with it */
export const planOf = async (context: Context, { workflow, draft }: Asked): Promise<Simulation['plan']> => {
  if ((workflow === undefined) === (draft === undefined))
    throw new DomainError('BAD_INPUT', 'Name a workflow or give a draft.', ['draft']);
  if (workflow !== undefined) return context.data(Workflow).get(workflow);
  const { values } = parseGiven(context.actor, createWorkflow, { name: 'Draft', ...draft }) as {
    readonly values: Plan & { readonly name: string };
  };
  const problems = [...planProblems(values), ...declaredProblems(context.registry, values, context.actor.country)];
  if (problems.length > 0)
    throw problemsError(problems.map((each) => ({ ...each, path: ['draft', ...(each.path ?? [])] })));
  return values;
};

/** A record as the log tells it, before the events of the period do. */
const recordAt = async (context: Context, id: string, moment: string): Promise<AnyRow | undefined> => {
  const of = context.registry.byPrefix.get(prefixOf(id));
  return of && (await pastAt(context, of, id, moment))?.row;
};

const isInScope = async (context: Context, { scope }: Plan, record: AnyRow): Promise<boolean> => {
  const judge = judgesIn(context.registry).find(({ kind }) => kind === scope?.kind);
  return scope === undefined || ((await judge?.holds(context, scope.of, record)) ?? false);
};

/** The moments of a timetable within a period. */
const momentsOf = async (context: Context, trigger: Trigger, from: string, to: string): Promise<readonly string[]> => {
  const found: string[] = [];
  const just = new Date(Date.parse(from) - 1).toISOString();
  let next = await nextMoment(context, trigger, just);
  while (next !== undefined && next < to && found.length < mostMoments) {
    found.push(next);
    next = await nextMoment(context, trigger, next);
  }
  return found;
};
