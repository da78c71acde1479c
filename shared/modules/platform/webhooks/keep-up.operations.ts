import type { ChangesOf, Context } from '#kernel';
import { workAs } from '#kernel/work';
import { longestDelay } from './hint.operations.ts';
import { tellOfDisabled } from './notices.operations.ts';
import { healthOf } from './timetable.rules.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import { secondsTo, type Worker } from './worker.rules.ts';

/** What a pass has shown. */
export type Shown = {
  /** The first failure since which nothing got through. */
  readonly failedSince?: string;
  /** Events that were given up. */
  readonly exhausted?: number;
  /** When to look again. */
  readonly due?: string;
  readonly disable?: 'GONE' | 'MAKER_LEFT' | 'SECRET_LOST';
};

/** Brings the endpoint's own record up to date, where there is something to say. */
export const keepUp = async (
  { runtime, actor, endpoint, what }: Worker,
  seen: WebhookEndpointRow,
  shown: Shown,
): Promise<void> => {
  if (!isNews(seen, shown, runtime.clock.now())) return;
  await workAs(runtime, actor, what, async (context) => {
    const row = await context.trusted(WebhookEndpoint).get(endpoint);
    if (row.status !== 'DISABLED' && row.archivedAt === undefined) await note(context, row, shown);
  });
};

const stateOf = ({ status }: WebhookEndpointRow, { failedSince, disable }: Shown, now: Date) => {
  const health = disable ? 'DISABLED' : healthOf(failedSince, now);
  // Only what gets through is a recovery: a failure that begins anew is none.
  return health === 'ACTIVE' && failedSince !== undefined && status === 'FAILING' ? status : health;
};

const isNews = (row: WebhookEndpointRow, shown: Shown, now: Date): boolean =>
  stateOf(row, shown, now) !== row.status || (shown.exhausted ?? 0) > 0 || retryOf(row, shown, now) !== undefined;

/** The moment for the endpoint's timer: of what is soon due the queue tells, and one that comes earlier will do. */
const retryOf = ({ retryAt }: WebhookEndpointRow, { due }: Shown, now: Date): string | undefined => {
  if (due === undefined || secondsTo(due, now) < longestDelay) return undefined;
  const isSet = retryAt !== undefined && retryAt > now.toISOString() && retryAt <= due;
  return isSet ? undefined : due;
};

const note = async (context: Context, row: WebhookEndpointRow, shown: Shown): Promise<void> => {
  const endpoints = context.trusted(WebhookEndpoint);
  const now = context.clock.now();
  const { exhausted = 0, disable, failedSince } = shown;
  const retryAt = retryOf(row, shown, now);
  const changes: ChangesOf<typeof WebhookEndpoint> = {
    ...(retryAt !== undefined && { retryAt }),
    ...(exhausted > 0 && { exhausted: row.exhausted + exhausted }),
  };
  const state = stateOf(row, shown, now);
  if (state === row.status) {
    endpoints.update(row, changes, exhausted > 0 ? { event: 'webhookEndpoint.exhausted' } : { aside: true });
  } else if (state === 'DISABLED') {
    const disabledBecause = disable ?? 'FAILING';
    endpoints.move(row, state, { ...changes, disabledBecause, retryAt: null });
    await tellOfDisabled(context, row, disabledBecause);
  } else endpoints.move(row, state, { ...changes, failingSince: failedSince ?? null });
};
