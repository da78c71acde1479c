// A whole domain on the embedded engine, without servers: run operations as anybody, then settle what follows.
import {
  DomainError,
  fullAccess,
  gather,
  newMeter,
  systemActor,
  ulids,
  type Actor,
  type Context,
  type CustomFields,
  type DomainEvent,
  type Ids,
  type Item,
  type Log,
  type Meter,
  type Module,
  type Ports,
  type Registry,
  type Table,
  type Write,
} from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import type { Runtime } from '#kernel/context';
import { recordChanges, type RowChange } from '#kernel/event-log';
import { execute, openReader } from '#kernel/execute';
import type { BusEntry, QueueMessage, QueueName } from '#kernel/ports';
import { CustomField, readCustomFields } from '#modules/platform/custom-fields';
import { fireMinute } from '#modules/platform/upkeep';
import { fixedClock } from './fixed-clock.ts';

/** What tests may say about the domain they start. */
export type DomainOptions = {
  readonly modules: readonly Module[];
  readonly table: Table;
  /** What stands between operations and the table, such as faults: the stream still carries all that was written. */
  readonly through?: (table: Table) => Table;
  readonly tenant: string;
  /** The moment at which the clock stands. */
  readonly now?: string;
  readonly ids?: Ids;
  readonly ports?: Partial<Ports>;
  /** Whether nothing new may begin in a tenant; always allowed when absent. */
  readonly isPaused?: Runtime['isPaused'];
};

/** How a call is made. */
export type CallOptions = { readonly idempotencyKey?: string };

/** A running domain. */
export type Domain = {
  readonly registry: Registry;
  readonly runtime: Runtime;
  readonly clock: ReturnType<typeof fixedClock>;
  /** An actor of the tenant with full access, unless told otherwise. */
  actor(overrides?: Partial<Actor>): Actor;
  /** Runs an operation by its name, default operations included. */
  run<Answer = Record<string, unknown>>(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    actor?: Actor,
    options?: CallOptions,
  ): Promise<Answer>;
  /** Reads as an actor. */
  reader(actor?: Actor): Context;
  /** Records, projects and reacts until nothing is left to do. Answers the events. */
  settle(): Promise<readonly DomainEvent[]>;
  /** Moves the clock on and fires every timer on the way. */
  advanceTo(moment: string): Promise<void>;
  /** What was sent to queues and not handled. */
  readonly sent: { readonly queue: QueueName; readonly message: QueueMessage }[];
  /** What the last call cost. */
  meter(): Meter;
};

/** The code of a domain error, for `expect(await failure(...)).toBe('NOT_FOUND')`. */
export const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing failed';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

/** Starts a domain over a table. */
export const startDomain = (options: DomainOptions): Domain => {
  const clock = fixedClock(options.now ?? '2026-11-22T15:00:00.000Z');
  const registry = gathered(options.modules);
  const changes: RowChange[] = [];
  const events: DomainEvent[] = [];
  const sent: { queue: QueueName; message: QueueMessage }[] = [];
  const definitions: Definitions = new Map();
  const { through = (direct) => direct } = options;
  const table = through(watched(options.table, changes, definitions, minutesOf(options.table)));
  const runtime: Runtime = {
    registry,
    ports: { ...quietPorts(table, events, sent), ...options.ports },
    clock,
    ids: options.ids ?? ulids(clock),
    log: silentLog,
    actorFor: async (tenant, what) => withCustomFields(runtime, systemActor(tenant, what)),
    isPaused: options.isPaused ?? (() => Promise.resolve(false)),
    customFieldsOf: (tenant) => rememberedIn(definitions, runtime, tenant),
  };
  let meter = newMeter();
  const call = (actor: Actor, callOptions: CallOptions = {}) => {
    meter = newMeter();
    return { runtime, actor, table: table.metered(meter), meter, ...callOptions };
  };
  const actor = (overrides: Partial<Actor> = {}): Actor => ({
    ...systemActor(options.tenant, 'test'),
    kind: 'user',
    id: 'usr_test',
    rules: fullAccess,
    ...overrides,
  });
  return {
    registry,
    runtime,
    clock,
    actor,
    sent,
    settle: () => settleAll(runtime, changes, events),
    meter: () => meter,
    reader: (as = actor()) => openReader(call(as)).context,
    run: async <Answer>(
      name: string,
      input: Readonly<Record<string, unknown>>,
      as = actor(),
      callOptions: CallOptions = {},
    ) => {
      const operation = registry.operations.get(name);
      if (!operation)
        throw new Error(`There is no operation ${name}. There are ${[...registry.operations.keys()].join(', ')}.`);
      const known = await withCustomFields(runtime, as);
      return (await execute(call(known, callOptions), operation, input)) as Answer;
    },
    advanceTo: (moment) => fireUntil(runtime, clock, minutesOf(options.table), moment),
  };
};

/** The registry of modules, gathered once: the tests of a file begin with the same ones. */
const gathered = (modules: readonly Module[]): Registry => {
  const known = registries.find((each) => isSame(each.modules, modules)) ?? gather(modules);
  if (!registries.includes(known)) registries.push(known);
  return known;
};

const registries: Registry[] = [];

const isSame = (some: readonly Module[], others: readonly Module[]): boolean =>
  some.length === others.length && some.every((each, index) => each === others[index]);

/** What tenants have defined, remembered until somebody defines something. */
type Definitions = Map<string, Promise<CustomFields | undefined>>;

const rememberedIn = (known: Definitions, runtime: Runtime, tenant: string) => {
  const defined = known.get(tenant) ?? definedIn(runtime, tenant);
  known.set(tenant, defined);
  return defined;
};

const definedIn = async (runtime: Runtime, tenant: string): Promise<CustomFields | undefined> => {
  if (!runtime.registry.entities.has(CustomField.name)) return undefined;
  const { ports } = runtime;
  const actor = systemActor(tenant, 'test');
  return readCustomFields(openReader({ runtime, actor, table: ports.table, meter: newMeter() }).context);
};

const withCustomFields = async (runtime: Runtime, actor: Actor): Promise<Actor> => {
  const customFields = await runtime.customFieldsOf(actor.tenant);
  return customFields ? { ...actor, customFields } : actor;
};

/** Records the changes, and does what follows from their events, until nothing is left. */
const settleAll = async (
  runtime: Runtime,
  changes: RowChange[],
  events: DomainEvent[],
): Promise<readonly DomainEvent[]> => {
  const seen: DomainEvent[] = [];
  while (changes.length > 0) {
    const { ports } = runtime;
    const failed = await recordChanges({ ...ports, ...runtime }, changes.splice(0));
    for (const cause of failed.values()) throw cause;
    const batch = events.splice(0);
    seen.push(...batch);
    const refused = await consumeEvents(runtime, batch);
    for (const cause of refused.values()) throw cause;
  }
  return seen;
};

const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined, count: () => undefined };

/** The minutes in which something in a table is due, or was: a month has 43,200, and each costs a request a shard. */
const minutesOf = (table: Table): Set<string> => {
  const known = minutesIn.get(table) ?? new Set();
  minutesIn.set(table, known);
  return known;
};

const minutesIn = new WeakMap<Table, Set<string>>();

/** Goes through the minutes to a moment; what fires may make more of them. */
const fireUntil = async (
  runtime: Runtime,
  clock: Domain['clock'],
  minutes: ReadonlySet<string>,
  moment: string,
): Promise<void> => {
  let from = clock.now().toISOString().slice(0, 16);
  for (let next = following(minutes, from); next && next <= moment; next = following(minutes, from)) {
    if (next > clock.now().toISOString()) clock.set(`${next}:00.000Z`);
    await fireMinute(runtime, next);
    from = `${next}:`;
  }
  clock.set(moment);
};

/** The first of the minutes at or after one. */
const following = (minutes: ReadonlySet<string>, from: string): string | undefined =>
  [...minutes].filter((minute) => minute >= from).sort()[0];

const dueIn = (write: Write): readonly string[] => {
  const values =
    write.kind === 'put'
      ? [write.item['duesk']]
      : write.kind === 'update'
        ? Object.values(write.update.values ?? {})
        : [];
  return values
    .map((value) => /^(\d{4}-\d\d-\d\dT\d\d:\d\d)#/.exec(String(value))?.[1])
    .filter((minute) => minute !== undefined);
};

/** The table, noting every row written, as its stream would, and when it is due. */
const watched = (table: Table, changes: RowChange[], definitions: Definitions, minutes: Set<string>): Table => {
  const last = new Map<string, Item>();
  const note = (writes: readonly Write[]): void => {
    for (const write of writes) {
      for (const minute of dueIn(write)) minutes.add(minute);
      if (write.kind !== 'put' || write.item.sk !== 'row') continue;
      if (write.item['entity'] === CustomField.name) definitions.clear();
      const before = last.get(write.item.pk);
      changes.push({ ...(before && { before }), after: write.item });
      last.set(write.item.pk, write.item);
    }
  };
  const over = (inner: Table): Table => ({
    ...inner,
    write: async (write) => {
      await inner.write(write);
      note([write]);
    },
    transact: async (writes) => {
      await inner.transact(writes);
      note(writes);
    },
    batchWrite: async (writes) => {
      await inner.batchWrite(writes);
      note(writes);
    },
    metered: (meter) => over(inner.metered(meter)),
  });
  return over(table);
};

const quietPorts = (
  table: Table,
  events: DomainEvent[],
  sent: { queue: QueueName; message: QueueMessage }[],
): Ports => {
  const stored = new Map<string, { readonly body: Uint8Array; readonly contentType: string }>();
  return {
    table,
    bus: {
      publish: (entries: readonly BusEntry[]) => {
        events.push(...entries.map((entry) => entry.detail as DomainEvent));
        return Promise.resolve([]);
      },
    },
    queues: {
      send: (queue, messages) => {
        sent.push(...messages.map((message) => ({ queue, message })));
        return Promise.resolve();
      },
    },
    scheduler: { wakeAt: () => Promise.resolve() },
    files: memoryFiles(stored),
    mailer: { send: () => Promise.resolve({ messageId: 'test-message' }) },
    messages: {
      send: () => Promise.resolve({ messageId: 'test-text' }),
      fetchMedia: () => Promise.resolve({ contentType: 'image/png', size: 1024 }),
    },
    documentReader: {
      readLines: () => Promise.resolve([]),
      answer: () => Promise.resolve(new Map()),
      readExpense: () => Promise.resolve(new Map()),
    },
    secrets: { get: (name) => Promise.resolve(`secret of ${name}`) },
    addresses: { publicUrl: () => 'https://crm.test', mailDomain: () => 'mail.test' },
    web: { fetch: () => Promise.reject(new Error('Nobody answers.')) },
    realtime: { publish: () => Promise.resolve(), listenUrl: () => 'http://realtime.test/listen' },
    identities: {
      invite: ({ email }) => Promise.resolve({ issuer: 'https://issuer.test', subject: email, isNew: true }),
    },
    // The token of a person is the person's subject.
    tokens: { verify: (token) => Promise.resolve({ issuer: 'https://issuer.test', subject: token }) },
  };
};

const memoryFiles = (
  stored: Map<string, { readonly body: Uint8Array; readonly contentType: string }>,
): Ports['files'] => ({
  put: (key, body, contentType) => {
    stored.set(key, { body: typeof body === 'string' ? Buffer.from(body) : body, contentType });
    return Promise.resolve();
  },
  get: (key) => Promise.resolve(stored.get(key)?.body),
  getRange: (key, from, to) => Promise.resolve((stored.get(key)?.body ?? new Uint8Array()).slice(from, to + 1)),
  head: (key) => {
    const found = stored.get(key);
    return Promise.resolve(found && { size: found.body.length, contentType: found.contentType });
  },
  copy: (from, to) => {
    const found = stored.get(from);
    if (found) stored.set(to, found);
    return Promise.resolve(found !== undefined);
  },
  delete: (key) => {
    stored.delete(key);
    return Promise.resolve();
  },
  list: (prefix) =>
    Promise.resolve(
      [...stored].filter(([key]) => key.startsWith(prefix)).map(([key, { body }]) => ({ key, size: body.length })),
    ),
  uploadUrl: (key) => Promise.resolve(`https://files.test/${key}?put`),
  downloadUrl: (key) => Promise.resolve(`https://files.test/${key}`),
});
