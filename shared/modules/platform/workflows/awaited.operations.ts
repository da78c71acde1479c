// What a run waits for has happened: the run judges whether it is that, and goes on.
import type { Context, DomainEvent, Runtime } from '#kernel';
import { advanceOnce, advanceRun, type News } from './advance.operations.ts';
import { operationOf } from './places.operations.ts';
import { isAwaited } from './triggers.rules.ts';
import type { Waiting } from './waiting.rules.ts';
import type { RunRow } from './workflow-run.entity.ts';

/** Tells a run what it may have waited for; it goes on if so. */
export const tell = async (runtime: Runtime, { tenant }: DomainEvent, run: string, news: News): Promise<void> => {
  if (await advanceOnce(runtime, tenant, run, news)) await advanceRun(runtime, { tenant, run });
};

/** How much earlier than the wait an event may say that it was: clocks differ, and a transaction takes its time. */
export const toleranceMs = 10_000;

/** What an event is to a run that may wait for it. */
export const awaitedBy =
  ({ registry, actor }: Context, event: DomainEvent) =>
  (run: RunRow): ReturnType<News> => {
    if (run.waitsFor !== 'EVENT' || isKnown(run, event)) return undefined;
    const wait = waitOf(run);
    if (!wait) return undefined;
    const subject = wait.via === undefined ? event.record.id : event.data?.[wait.via];
    if (subject !== run.record) return undefined;
    if (!isAwaited(wait, event, registry.entities.get(event.record.type), actor.country)) return undefined;
    return { result: 'HAPPENED', output: { event: event.id, record: event.record.id, by: event.actor } };
  };

/** What was before the wait, what the run does itself, and what it has heard, is no news to it. */
const isKnown = ({ id, since, causedBy, decisions }: RunRow, event: DomainEvent): boolean =>
  Date.parse(event.at) < Date.parse(since) - toleranceMs ||
  event.id === causedBy ||
  event.from?.operation === operationOf(id) ||
  decisions.some(({ output }) => (output as { readonly event?: string } | undefined)?.event === event.id);

/** For what a run waits, with all mapped values in place, as they were when it began to wait. */
export const waitOf = ({ step, decisions }: Pick<RunRow, 'step' | 'decisions'>): Waiting | undefined =>
  decisions.findLast((each) => each.step === step && each.outcome === 'WAITING')?.input as Waiting | undefined;
