import type { Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { workingTimeOf, type WorkingTime } from '#modules/platform/settings';
import { momentsAt } from './mapping.rules.ts';
import type { Facts } from './standing.rules.ts';
import { asksForWorkingTime } from './waiting-time.rules.ts';
import type { RevisionRow } from './workflow.entity.ts';
import type { RunRow } from './workflow-run.entity.ts';

/** What a transition of a run is decided on, as it is now. */
export const factsOf = async (context: Context, run: RunRow, plan: RevisionRow): Promise<Facts> => {
  const { actor, clock, registry } = context;
  const of = plan.of === undefined ? undefined : registry.entities.get(plan.of);
  const [record, working] = await Promise.all([
    of && run.record !== undefined ? context.data(of).find(run.record) : undefined,
    asksForWorkingTime(plan) ? knownTime(context, plan.calendar) : undefined,
  ]);
  return {
    ...momentsAt(clock.instant(), actor.timeZone),
    of,
    record,
    trigger: run.trigger ?? {},
    run: { id: run.id, name: run.name },
    decisions: run.decisions,
    country: actor.country,
    ...(working && { working }),
  };
};

const knownTime = (context: Context, calendar: string | undefined): Promise<WorkingTime> =>
  rememberFor(context, `workflow time ${context.actor.tenant} ${calendar ?? ''}`, () =>
    workingTimeOf(context, calendar),
  );
