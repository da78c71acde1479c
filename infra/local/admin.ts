// The admin door of the local cloud, for tests and the curious: clock, activity, dead letters, events, functions.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { activityOf, travelTo, waitUntilIdle, type Background } from './activity.ts';
import type { Bus, BusEvent } from './bus/bus.ts';
import type { Invoke } from './invoke.ts';
import { answerJson, readBody, urlOf, type Answer } from './listen.ts';
import { deadLettersOf } from './names.ts';
import type { StreamFailures } from './stream/failures.ts';
import type { Outbox } from './messages/outbox.ts';
import type { SriDouble } from './sri/sri-double.ts';
import type { ExpirySweep } from './table/expiry-sweep.ts';

/** What the door opens to. */
export type AdminParts = {
  readonly background: Background;
  readonly bus: Bus;
  readonly invoke: Invoke;
  readonly failures: StreamFailures;
  readonly expiry: ExpirySweep;
  readonly sri: SriDouble;
  readonly outbox: Outbox;
};

type Body = Readonly<Record<string, unknown>>;
type Action = (body: Body, parts: AdminParts) => Promise<unknown>;

const bodyLimit = 16 * 1024 * 1024;
const defaultPatience = 60;

/** Serves `/admin/...`. Pages in a browser are refused: they always say where they come from. */
export function serveAdmin(parts: AdminParts): Answer {
  return async (request, response) => {
    const action = actions[`${request.method ?? ''} ${urlOf(request).pathname}`];
    if (request.headers.origin !== undefined) return answerJson(response, 403, { error: 'Not for pages.' });
    if (!action) return answerJson(response, 404, { error: 'There is no such action.', actions: Object.keys(actions) });
    await run(action, request, response, parts);
  };
}

const run = async (
  action: Action,
  request: IncomingMessage,
  response: ServerResponse,
  parts: AdminParts,
): Promise<void> => {
  try {
    const text = (await readBody(request, bodyLimit)).toString();
    answerJson(response, 200, await action(text === '' ? {} : (JSON.parse(text) as Body), parts));
  } catch (error) {
    answerJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
};

const secondsIn = (body: Body): number => Number(body['timeoutSeconds'] ?? defaultPatience);

const moveClock: Action = (body, { background }) => {
  const { clock } = background;
  const moment = typeof body['to'] === 'string' ? Date.parse(body['to']) : clock.now() + Number(body['advance']) * 1000;
  if (!Number.isFinite(moment)) throw new Error('Say {"advance": seconds} or {"to": "2026-12-24T00:00:00Z"}.');
  if (moment < clock.now()) throw new Error('The clock moves ahead only.');
  return travelTo(background, moment, secondsIn(body));
};

/** Dead letters go back to their queue as new messages; failed stream records to the function. */
const redrive: Action = async (body, { background, failures }) => {
  const name = String(body['queue']);
  if (name === 'stream') return { redriven: await failures.redrive() };
  const { queues, queueNames } = background;
  if (!queueNames.includes(name))
    throw new Error(`There is no queue ${name}; there are ${queueNames.join(', ')} and stream.`);
  const messages = queues.receive(deadLettersOf(name), 100_000, 0);
  queues.move(
    messages.map(({ receipt }) => receipt),
    name,
  );
  return { redriven: messages.length };
};

const publish: Action = (body, { bus }) => {
  const events = body['events'] as readonly BusEvent[];
  bus.publish(typeof body['bus'] === 'string' ? body['bus'] : 'crm', events);
  return Promise.resolve({ published: events.length });
};

const actions: Readonly<Record<string, Action>> = {
  'GET /admin/status': (_body, { background }) => Promise.resolve(activityOf(background)),
  'POST /admin/idle': (body, { background }) => waitUntilIdle(background, secondsIn(body)),
  'POST /admin/clock': moveClock,
  'POST /admin/redrive': redrive,
  'POST /admin/events': publish,
  'POST /admin/invoke': async (body, { invoke }) => ({ answer: await invoke(String(body['function']), body['event']) }),
  'POST /admin/sweep': async (_body, { expiry }) => ({ deleted: await expiry.sweep() }),
  'GET /admin/sri': (_body, { sri }) => Promise.resolve(sri.documents()),
  'POST /admin/sri': (body, { sri }) => Promise.resolve(sri.expect(body)),
  'POST /admin/messages': (body, { outbox }) => Promise.resolve(outbox.expect(body)),
  'GET /admin/failures': (_body, { failures }) => failures.list(),
};
