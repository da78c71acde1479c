// Where work waits until somebody takes it, and until when whoever has it may leave it.
import type { Problem } from '#kernel';
import { roleHolder } from '#modules/platform/roles';
import { minutesAfter } from './activity.rules.ts';

type Queued = { readonly team?: string; readonly department?: string; readonly role?: string };

/** Whose queue holds the work: a team, a part of the organisation, or whoever has a role. */
export const queueOf = ({ team, department, role }: Queued): string | undefined =>
  team ?? department ?? (role === undefined ? undefined : roleHolder(role));

/** A draft with its queue, so that what waits for others is not taken for the work of whoever plans it. */
export const withQueue = <D extends Queued>(draft: D): D & { readonly queue?: string } => {
  const queue = queueOf(draft);
  return queue === undefined ? draft : { ...draft, queue };
};

/** Work waits in one place. */
export const queueProblems = (row: Queued): readonly Problem[] => {
  const named = (['team', 'department', 'role'] as const).filter((name) => row[name] !== undefined);
  return named
    .slice(1)
    .map((name) => ({ code: 'BAD_INPUT', message: 'It waits for a team, a department or a role.', path: [name] }));
};

type Held = Queued & {
  readonly status: string;
  readonly owner?: string;
  readonly updatedAt: string;
  readonly escalateAfter?: number;
};

const none = null as never;
const stopped = { escalatesFrom: none, escalatesAt: none, escalatedTo: none };

/**
 * The clock of the escalation begins anew with whoever gets the work, and stops when it is done or dropped. Working minutes are
 * over no sooner than as many on the wall: then the timer asks the calendar.
 */
export const withEscalation = (row: Held, before?: Held) => {
  if (row.status !== 'PLANNED' || row.escalateAfter === undefined) return stopped;
  const isGiven =
    before?.status !== 'PLANNED' ||
    before.owner !== row.owner ||
    before.escalateAfter !== row.escalateAfter ||
    queueOf(before) !== queueOf(row);
  if (!isGiven) return {};
  const { updatedAt: escalatesFrom, escalateAfter } = row;
  const escalatesAt = minutesAfter(escalatesFrom, escalateAfter);
  return { escalatesFrom, escalatesAt, escalations: 0, escalatedTo: none };
};
