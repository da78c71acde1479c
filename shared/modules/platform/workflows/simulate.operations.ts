import { DomainError, forbidden, prefixOf, query, scopeOf, type AnyRow, type Context, type Values } from '#kernel';
import { parseGiven } from '#kernel/execute';
import { problemsError } from '#kernel/errors';
import { pastAt } from '#modules/platform/history';
import { workingTimeOf } from '#modules/platform/settings';
import { canonicalJson, sha256 } from '#modules/platform/signing';
import { planProblems } from './plan-checks.rules.ts';
import type { Plan } from './plan.rules.ts';
import { nextMoment } from './schedule.operations.ts';
import { eventsBetween } from './simulate-log.operations.ts';
import { periodFields, reportFields, type Report } from './simulate-report.rules.ts';
import { simulate } from './simulate-past.operations.ts';
import type { Simulation } from './simulate-world.rules.ts';
import { judgesIn } from './step-kinds.rules.ts';
import { asksForWorkingTime } from './waiting-time.rules.ts';
import { declaredProblems } from './typing.rules.ts';
import { createWorkflow } from './workflow.operations.ts';
import { Workflow } from './workflow.entity.ts';

/** What is to be simulated, over which period. */
export type Asked = Values<typeof periodFields>;

/** How many events are read, and how much is listed of each sort. */
type Extent = { readonly most: number; readonly listed: number };

/** What one answer goes through; more is for the job. */
const mostAtOnce: Extent = { most: 5_000, listed: 500 };
const mostDays = 400;
const mostMoments = 1_000;

export const simulateWorkflow = query('simulateWorkflow', {
  describes:
    'What a workflow would have done in a past period: its plan, or a draft, over the events of the log, decided by the engine of real ' +
    'runs, with every effect noted instead of done. The same input over the same log gives the same report, byte for byte. Up to 5,000 ' +
    'events are read; `startSimulation` goes through more. People and outside systems do nothing in it that the log does not tell.',
  needs: 'workflow.simulate',
  input: periodFields,
  returns: reportFields,
  run: (asked, context) => reportOver(context, asked, mostAtOnce),
});

/** The report over a period, with its digest. */
export const reportOver = async (
  context: Context,
  asked: Asked,
  extent: Extent,
): Promise<Report & { readonly digest: string }> => {
  // Values come from storage in any order of their names; the report has one.
  const told = canonicalJson(await simulate(await simulationOf(context, asked, extent)));
  return { ...(JSON.parse(told) as Report), digest: sha256(told) };
};

const simulationOf = async (context: Context, asked: Asked, { most, listed }: Extent): Promise<Simulation> => {
  const { registry, actor } = context;
  const { from, to } = periodOf(context, asked);
  const plan = await planOf(context, asked);
  const of = plan.of === undefined ? undefined : registry.entity(plan.of);
  if (of && scopeOf(actor, of.name, 'read') !== 'all') throw forbidden(`You may not read every ${of.name}.`);
  const [log, moments, working] = await Promise.all([
    eventsBetween(context, from, to, most),
    plan.trigger.kind === 'SCHEDULE' ? momentsOf(context, plan, from, to) : [],
    asksForWorkingTime(plan) ? workingTimeOf(context, plan.calendar) : undefined,
  ]);
  return {
    ...{ plan, ...log, moments, listed, from, to, registry, country: actor.country, timeZone: actor.timeZone },
    decides: asked.decides ?? 'APPROVED',
    ...(working && { working }),
    recordAt: (id, moment) => recordAt(context, id, moment),
    isInScope: (record) => isInScope(context, plan, record),
  };
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
const momentsOf = async (context: Context, { trigger }: Plan, from: string, to: string): Promise<readonly string[]> => {
  const found: string[] = [];
  const just = new Date(Date.parse(from) - 1).toISOString();
  let next = await nextMoment(context, trigger, just);
  while (next !== undefined && next < to && found.length < mostMoments) {
    found.push(next);
    next = await nextMoment(context, trigger, next);
  }
  return found;
};
