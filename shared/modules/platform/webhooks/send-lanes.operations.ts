// The calls of one pass: several at a time, those of one record one after the other, and no more once the receiver has enough.
import type { Actor, DomainEvent, Item, Registry, Table } from '#kernel';
import { versionKey } from '#kernel/rows';
import type { Runtime } from '#kernel/context';
import { callOnce } from './call.operations.ts';
import type { Done, Task } from './delivery.rules.ts';
import { bodyOf, isTold } from './subscription.rules.ts';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import type { Keys } from './webhook-secrets.operations.ts';

/** For whom is sent, and with what. */
export type Sender = {
  readonly runtime: Runtime;
  readonly registry: Registry;
  readonly tenant: string;
  readonly row: WebhookEndpointRow;
  /** Whose rights say what the receiver may see. */
  readonly eyes: Actor;
  readonly keys: Keys;
  /** Events that were just read from the feed. */
  readonly known: ReadonlyMap<string, DomainEvent>;
};

/** What a pass came to. */
export type Sent = {
  readonly begunAt: Date;
  readonly done: readonly Done[];
  readonly calls: number;
  readonly rest: number;
  readonly isGone: boolean;
};

/** After so many failures in a row without a success the receiver is left alone until the next pass. */
const mostFailures = 5;
/** No call begins later than this in a pass; the last one ends within its own limit. */
const passMilliseconds = 40_000;

type State = {
  calls: number;
  failures: number;
  successes: number;
  rest: number;
  isGone: boolean;
  readonly until: number;
};

/** Sends what lies in the lanes, at most as many calls as the endpoint takes in a second. What is not tried is LEFT. */
export const sendLanes = async (sender: Sender, lanes: readonly (readonly Task[])[]): Promise<Sent> => {
  const { perSecond: budget, concurrency } = sender.row;
  const state = {
    calls: 0,
    failures: 0,
    successes: 0,
    rest: 0,
    isGone: false,
    until: performance.now() + passMilliseconds,
  };
  const events = await eventsOf(sender, lanes.flat());
  const begunAt = sender.runtime.clock.now();
  const done: Done[] = [];
  await inParallel(lanes, concurrency, async (lane) => {
    let isStopped = false;
    for (const task of lane) {
      const one: Done = isStopped || !mayGoOn(state, budget) ? left(task) : await sendOne(sender, task, events, state);
      isStopped ||= one.result === 'FAILED' || one.result === 'LEFT';
      done.push(one);
    }
  });
  const { calls, rest, isGone } = state;
  return { begunAt, done, calls, rest, isGone };
};

const left = (task: Task): Done => ({ ...task, result: 'LEFT' });

const mayGoOn = ({ calls, failures, successes, rest, isGone, until }: State, budget: number): boolean =>
  calls < budget && rest === 0 && !isGone && (failures < mostFailures || successes > 0) && performance.now() < until;

const sendOne = async (
  { runtime, registry, row, eyes, keys }: Sender,
  task: Task,
  events: ReadonlyMap<string, DomainEvent>,
  state: State,
): Promise<Done> => {
  const event = events.get(task.waiting.event);
  // What waited is judged anew: its maker may see less by now, or the endpoint hear of something else.
  const isWanted = event && (task.from === 'feed' || isTold(row, event, registry, eyes));
  if (!isWanted) return { ...task, result: 'LOST' };
  state.calls += 1;
  const { attempt, verdict } = await callOnce(runtime.ports.web, {
    url: row.url,
    id: event.id,
    body: bodyOf(row, event, eyes),
    keys,
    now: runtime.clock.now(),
  });
  note(state, verdict);
  const { result, retryAfter } = verdict;
  return {
    ...task,
    attempt,
    result: result === 'GONE' ? 'FAILED' : result,
    ...(retryAfter !== undefined && { retryAfter }),
  };
};

const note = (state: State, { result, rest = 0 }: { readonly result: string; readonly rest?: number }): void => {
  if (result === 'FAILED') state.failures += 1;
  else state.successes += 1;
  state.rest = Math.max(state.rest, rest);
  state.isGone ||= result === 'GONE';
};

/** The events of tasks: as the feed just had them, or from the log. */
const eventsOf = async (
  { runtime, tenant, known }: Sender,
  tasks: readonly Task[],
): Promise<ReadonlyMap<string, DomainEvent>> => {
  const missing = tasks.filter(({ waiting }) => !known.has(waiting.event));
  const items = await readLog(runtime.ports.table, tenant, missing);
  const logged = items.map((item) => item['log'] as DomainEvent);
  return new Map([...known, ...logged.map((event) => [event.id, event] as const)]);
};

const readLog = (table: Table, tenant: string, tasks: readonly Task[]): Promise<readonly Item[]> =>
  table.batchGet(
    tasks.map(({ waiting }) => versionKey(tenant, waiting.record, waiting.version)),
    { consistent: true },
  );

const inParallel = async <T>(all: readonly T[], width: number, run: (each: T) => Promise<void>): Promise<void> => {
  const queue = [...all];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, work));
};
