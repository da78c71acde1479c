import { job, matchesType, type DomainEvent, type JobContext, type RowResult } from '#kernel';
import { readFeed, readVersions, type FeedPosition } from '#kernel/feed';
import { placeAfter, placeBefore, slackMilliseconds } from '#modules/platform/events';
import { toldOf, type Told } from './delivery.rules.ts';
import { readLedger } from './ledger.operations.ts';
import { tellAgain } from './redeliver.operations.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';

/** What is told once more. */
export type Replay = {
  readonly endpoint: string;
  readonly from: string;
  readonly to: string;
  readonly types: readonly string[];
  readonly record?: string;
  /** Only what did not arrive. */
  readonly undelivered: boolean;
};

type Portion = { readonly told: readonly Told[]; readonly next?: string };

const share = 25;
const mostOfLedger = 50;

export const replayEvents = job<Replay>('replayWebhookEvents', {
  describes: 'Puts events of the log before an endpoint once more, in the order in which they happened to each record.',
  needs: 'webhookEndpoint.update',
  chunk: async (replay, cursor, context) => {
    const { told, next } = await portionOf(replay, cursor, context);
    const row = await context.data(WebhookEndpoint).get(replay.endpoint);
    const asked = told.filter((each) => isAsked(replay, each) && isHeard(row.eventTypes, each));
    await tellAgain(context, row, asked);
    return { results: asked.map(resultOf), ...(next !== undefined && { next }) };
  },
});

const resultOf = ({ record }: Told, index: number): RowResult => ({ row: index + 1, status: 'done', record });

const isAsked = ({ from, to, types }: Replay, { at, type }: Told): boolean =>
  at >= from && at < to && (types.length === 0 || isHeard(types, { type }));

const isHeard = (patterns: readonly string[], { type }: Pick<Told, 'type'>): boolean =>
  patterns.some((pattern) => matchesType(pattern, type));

const portionOf = (replay: Replay, cursor: string | undefined, context: JobContext): Promise<Portion> => {
  if (replay.undelivered) return ofLedger(replay, cursor, context);
  return replay.record === undefined ? ofFeed(replay, cursor, context) : ofRecord(replay.record, context);
};

/** What did not arrive, as it happened: of a record with many versions the first ones are told first. */
const ofLedger = async (
  { endpoint, from, to, record }: Replay,
  cursor: string | undefined,
  context: JobContext,
): Promise<Portion> => {
  const { entries, next } = await readLedger(context, endpoint, {
    from: cursor ?? `delivery#${from}`,
    to: `delivery#${to}`,
    ascending: true,
    record,
    limit: mostOfLedger,
  });
  const open = entries.filter((each) => each.sk !== cursor && each.status !== 'DELIVERED');
  return { told: open, ...(next !== undefined && next !== cursor && { next }) };
};

const ofRecord = async (record: string, { ports, actor }: JobContext): Promise<Portion> => ({
  told: (await readVersions(ports.table, actor.tenant, record, { from: 1 })).map(({ event }) => toldOf(event)),
});

const ofFeed = async ({ from, to }: Replay, cursor: string | undefined, context: JobContext): Promise<Portion> => {
  const { ports, actor } = context;
  const start = cursor === undefined ? await placeBefore(ports.table, actor.tenant, from) : placeIn(cursor);
  const { events } = await readFeed(ports.table, actor.tenant, start, share);
  const isOver = events.every(({ at }: DomainEvent) => at > later(to));
  return {
    told: events.map(toldOf),
    ...(!isOver && { next: JSON.stringify(placeAfter(start, events)) }),
  };
};

const placeIn = (cursor: string): FeedPosition => JSON.parse(cursor) as FeedPosition;
const later = (moment: string): string => new Date(Date.parse(moment) + slackMilliseconds).toISOString();
