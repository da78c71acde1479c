// Deliveries to one endpoint. One worker at a time has its outbox; it reads the feed from where the endpoint stands, so that nothing
// that happened is left out, whatever became of the message that told of it. What it has sent it notes, and then moves on: dying
// anywhere it sends again what it had not noted, under the same id.
import { given } from '#kernel';
import type { Runtime } from '#kernel/context';
import { registryWith } from '#kernel/custom-fields';
import { feedEnd, type FeedPosition } from '#kernel/feed';
import { workAs } from '#kernel/work';
import { conclude } from './conclude.operations.ts';
import { settled, type Done } from './delivery.rules.ts';
import { eyesOf } from './eyes.operations.ts';
import { findWork } from './find-work.operations.ts';
import { hint, type WebhookHint } from './hint.operations.ts';
import { keepUp } from './keep-up.operations.ts';
import { planned } from './lanes.rules.ts';
import {
  dropWaiting,
  giveBack,
  OutboxLost,
  withWake,
  partitionOf,
  readWaiting,
  takeOutbox,
  writeLedger,
  type Outbox,
} from './outbox.operations.ts';
import { sendLanes } from './send-lanes.operations.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import { keysOf, type Keys } from './webhook-secrets.operations.ts';
import { wakeAt } from './wake.operations.ts';
import { secondsTo, type Worker } from './worker.rules.ts';

/** Passes of one message; another message goes on. */
const mostPasses = 20;
const milliseconds = 45_000;

/** Does what there is to do for an endpoint. May be called any number of times, and may die anywhere. */
export const deliverTo = async (runtime: Runtime, { tenant, endpoint }: WebhookHint): Promise<void> => {
  if (await runtime.isPaused(tenant)) return;
  const what = 'deliverWebhooks';
  const actor = await runtime.actorFor(tenant, what);
  const registry = registryWith(runtime.registry, actor.customFields);
  const pk = partitionOf(tenant, endpoint);
  const worker = { runtime, registry, actor, what, tenant, endpoint, pk, by: runtime.ids.next('wrk') };
  const until = performance.now() + milliseconds;
  for (let pass = 1; ; pass += 1) {
    const wait = await passOver(worker);
    const isHere = wait === 0 && pass < mostPasses && performance.now() < until;
    if (isHere) continue;
    if (wait !== undefined) await hint({ ports: runtime.ports, actor }, endpoint, wait);
    return;
  }
};

/** One pass: answers the seconds until there is more to do; undefined when there is nothing, or somebody else does it. */
const passOver = async (worker: Worker): Promise<number | undefined> => {
  const { runtime, pk, by } = worker;
  const { table } = runtime.ports;
  const now = runtime.clock.now();
  const known = await openEndpoint(worker);
  if (!known) return undefined;
  const taken = await takeOutbox(table, pk, { by, now });
  if ('held' in taken) return taken.held === undefined ? undefined : secondsTo(taken.held, now) + 1;
  try {
    const box = await currentBox(worker, known.row, taken.box);
    if (box.restUntil === undefined || box.restUntil <= now.toISOString()) return await work(worker, known, box);
    await giveBack(table, pk, by, withWake(box, await wakeAt(worker, box.restUntil, box.wakeAt)));
    await keepUp(worker, known.row, given({ failedSince: box.failedSince, due: box.restUntil }));
    return undefined;
  } catch (error) {
    if (error instanceof OutboxLost) return undefined;
    await giveBack(table, pk, by, taken.box).catch(() => false);
    throw error;
  }
};

type Known = { readonly row: WebhookEndpointRow; readonly keys: Keys };

const openEndpoint = ({ runtime, actor, what, endpoint }: Worker): Promise<Known | undefined> =>
  workAs(runtime, actor, what, async (context) => {
    const row = await context.trusted(WebhookEndpoint).find(endpoint);
    if (!row || row.archivedAt !== undefined || row.status === 'DISABLED') return undefined;
    return { row, keys: await keysOf(context, endpoint) };
  });

/** Where the endpoint stands; enabled anew from another place it begins there, and what was left before is dropped. */
const currentBox = async (worker: Worker, row: WebhookEndpointRow, box: Outbox | undefined): Promise<Outbox> => {
  const { startsAt, enabledAt = '' } = row;
  if (!box || String(box.startsAt) !== String(startsAt)) {
    await dropAll(worker, enabledAt);
    return { startsAt, positions: await firstPlace(worker, row) };
  }
  const { restUntil: _rest, failedSince, ...kept } = box;
  return failedSince !== undefined && failedSince < enabledAt ? kept : box;
};

/** What the ledger called pending is pending no more; what was asked for once more since it was enabled stays. */
const dropAll = async ({ runtime, pk }: Worker, enabledAt: string): Promise<void> => {
  const { table } = runtime.ports;
  const now = runtime.clock.now();
  const [left, again] = await Promise.all([readWaiting(table, pk, 'pending'), readWaiting(table, pk, 'again')]);
  const cancelled = left.map((waiting): Done => ({ from: 'pending', waiting, result: 'LOST' }));
  await writeLedger(table, pk, settled(cancelled, now, Math.random).entries, now);
  await dropWaiting(table, pk, [...left, ...again.filter(({ nextAt }) => nextAt < enabledAt)]);
};

const dayMilliseconds = 86_400_000;

/** An endpoint that has been there for long and has no outbox came with a backup: partners have heard what happened before. */
const firstPlace = async ({ runtime, tenant }: Worker, row: WebhookEndpointRow): Promise<FeedPosition> => {
  const since = Date.parse(row.enabledAt ?? row.createdAt);
  const isNew = runtime.clock.now().getTime() - since < dayMilliseconds;
  return isNew ? row.startsAt : feedEnd(runtime.ports.table, tenant);
};

const work = async (worker: Worker, { row, keys }: Known, box: Outbox): Promise<number | undefined> => {
  const { runtime, registry, tenant, pk, by } = worker;
  const eyes = await eyesOf(runtime, tenant, row);
  if (!eyes || keys.secrets.length === 0) {
    await giveBack(runtime.ports.table, pk, by, box);
    await keepUp(worker, row, { disable: eyes ? 'SECRET_LOST' : 'MAKER_LEFT' });
    return undefined;
  }
  const found = await findWork(worker, row, eyes, box);
  const { lanes, behind } = planned(row.ordering, found, runtime.clock.now().toISOString());
  const sent = await sendLanes({ runtime, registry, tenant, row, eyes, keys, known: found.events }, lanes);
  const left = behind.map((task): Done => ({ ...task, result: 'LEFT' }));
  return conclude(worker, row, { box, found, sent: { ...sent, done: [...sent.done, ...left] } });
};
