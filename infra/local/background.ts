// The background of a start: table, stream pump, consumers, schedules, and what the admin door may do with them.
import type { Background } from './activity.ts';
import type { AdminParts } from './admin.ts';
import type { RunningEngine, Start } from './cloud.ts';
import { keysFor, queueUrlsOf, resources } from './environment.ts';
import { startFerry, type Ferry } from './queues/ferry.ts';
import type { OneShots } from './schedule/one-shots.ts';
import { startRecurring } from './schedule/recurring.ts';
import type { Settings } from './settings.ts';
import { openFailures } from './stream/failures.ts';
import { openReader } from './stream/open-reader.ts';
import { startExpirySweep } from './table/expiry-sweep.ts';
import { tableCaller } from './table/table-call.ts';
import { ensureTable } from './table/table.ts';
import { startWorkers } from './workers.ts';

/** Makes the table and starts all that works by itself. The environment of the handlers must be set. */
export async function startBackground(start: Start, oneShots: OneShots, engine: RunningEngine): Promise<AdminParts> {
  const { wiring, parts, invoker, log, settings, ends } = start;
  const { clock, store, queues, bus, objects } = parts;
  const { call, callStreams } = tableCallers(settings, engine.endpoint);
  await ensureTable(call, resources.table);
  const expiry = startExpirySweep(call, resources.table, clock, log);
  const failures = openFailures(objects, resources.failures, clock, invoker.invoke);
  const reader = openReader({ callStreams, wiring, dbPath: engine.dbPath, tableName: resources.table, store, expiry });
  const ferry = await openFerry(start);
  const workers = startWorkers({ wiring, invoker, parts, reader, failures, log });
  const recurring = startRecurring(wiring, store, queues, clock);
  ends.background.defer(async () => {
    expiry.stop();
    recurring.stop();
    await ferry?.stop();
    await workers.stop();
  });
  const background: Background = {
    clock,
    queues,
    queueNames: Object.keys(wiring.queues),
    pumpIsIdle: () => workers.pumpIsIdle(),
    nextDue: () => earliest(oneShots.nextDue(), recurring.nextDue()),
  };
  return { background, bus, invoke: invoker.invoke, failures, expiry, sri: parts.sri, outbox: parts.outbox };
}

/** Only where queues are elsewhere: the SDK's client takes memory. */
const openFerry = async ({ settings, wiring, parts, log }: Start): Promise<Ferry | undefined> => {
  const { SQS: endpoint } = settings.endpoints;
  if (endpoint === undefined) return undefined;
  const { SQS } = await import('@aws-sdk/client-sqs');
  const client = new SQS({ endpoint, useQueueUrlAsEndpoint: false });
  const urls = queueUrlsOf(settings, '');
  return startFerry({ client, urls, names: Object.keys(wiring.queues), queues: parts.queues, log });
};

const tableCallers = (settings: Settings, endpoint: string) => {
  const access = { region: process.env['AWS_REGION'] ?? '', keys: keysFor(settings, process.env) };
  const streams = settings.endpoints.DYNAMODB_STREAMS ?? endpoint.replace('//dynamodb.', '//streams.dynamodb.');
  return {
    call: tableCaller({ ...access, endpoint }),
    callStreams: tableCaller({ ...access, endpoint: streams, api: 'DynamoDBStreams_20120810' }),
  };
};

const earliest = (...moments: readonly (number | undefined)[]): number | undefined => {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};
