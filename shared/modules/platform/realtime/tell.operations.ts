import { DomainError, matchesType, newMeter, type DomainEvent, type RealtimeNotice, type Runtime } from '#kernel';
import { openReader } from '#kernel/execute';
import { authenticate, personOf } from '#modules/platform/identity';
import { channelOf, isTold, noticeOf, noticeSources, tenantIn, type NoticeSource } from './channels.rules.ts';
import { watchersOf } from './watching.operations.ts';

/**
 * Tells whoever looks at a screen now what these events are of. A hint, so that nothing waits for it and no failure of it undoes
 * what was done: it is logged.
 */
export const tellListeners = async (runtime: Runtime, events: readonly DomainEvent[]): Promise<void> => {
  for (const [tenant, group] of Map.groupBy(events.filter(isTold), (event) => event.tenant)) {
    try {
      const notices = await noticesFor(runtime, tenant, group);
      await Promise.all(
        [...notices].map(([user, told]) => runtime.ports.realtime.publish(channelOf(tenant, user), [...told.values()])),
      );
    } catch (error) {
      runtime.log.warn('Notices were not told.', { tenant, events: group.length, error: String(error) });
    }
  }
};

/** Notices by person, each event once. */
type Notices = Map<string, Map<string, RealtimeNotice>>;

const noticesFor = async (runtime: Runtime, tenant: string, events: readonly DomainEvent[]): Promise<Notices> => {
  const sources = runtime.registry.contributions(noticeSources) as readonly NoticeSource[];
  const now = runtime.clock.now().toISOString();
  const records = [...new Set(events.map(({ record }) => record.id))];
  const watchers = await watchersOf(runtime.ports.table, tenant, records, now);
  const seeing = await seenByWatchers(runtime, tenant, watchers);
  const notices: Notices = new Map();
  for (const event of events) {
    const concerned = sources.filter(({ on }) => on.some((pattern) => matchesType(pattern, event.type)));
    const people = [...concerned.flatMap((each) => each.to(event)), ...(seeing.get(event.record.id) ?? [])];
    for (const user of people) notices.set(user, (notices.get(user) ?? new Map()).set(event.id, noticeOf(event)));
  }
  return notices;
};

/** Rights may have gone since somebody began to look: who may not read a record now hears nothing of it. */
const seenByWatchers = async (
  runtime: Runtime,
  tenant: string,
  watchers: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const people = new Set([...watchers.values()].flat());
  const seen = await Promise.all(
    [...people].map(async (user) => {
      const records = [...watchers].filter(([, watching]) => watching.includes(user)).map(([record]) => record);
      return { user, records: await visibleTo(runtime, tenant, user, records) };
    }),
  );
  return new Map(
    [...watchers.keys()].map((record) => [
      record,
      seen.filter(({ records }) => records.has(record)).map(({ user }) => user),
    ]),
  );
};

const visibleTo = async (
  runtime: Runtime,
  tenant: string,
  user: string,
  records: readonly string[],
): Promise<ReadonlySet<string>> => {
  const person = await personOf(runtime, tenant, user);
  if (!person || person.user.status === 'DEACTIVATED') return new Set();
  const { context } = openReader({ runtime, actor: person.actor, table: runtime.ports.table, meter: newMeter() });
  return new Set((await context.records(records)).keys());
};

/** What somebody asks who wants to listen: to connect, or to hear a channel. */
export type ListenRequest = {
  readonly token: string;
  readonly operation: 'EVENT_CONNECT' | 'EVENT_SUBSCRIBE' | 'EVENT_PUBLISH';
  readonly channel: string;
};

/** Whether the token's person may: a connection with any good token, one's own channel, and never to publish. */
export const mayListen = async (runtime: Runtime, { token, operation, channel }: ListenRequest): Promise<boolean> => {
  const bearer = token.replace(/^bearer\s+/i, '');
  try {
    if (operation === 'EVENT_CONNECT') return await isGood(runtime, bearer);
    if (operation !== 'EVENT_SUBSCRIBE') return false;
    const headers = { authorization: `Bearer ${bearer}`, 'x-lazo-tenant': tenantIn(channel) };
    const actor = await authenticate(runtime, headers);
    return actor?.userId !== undefined && channel === channelOf(actor.tenant, actor.userId);
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
};

/** Who belongs to several tenants names one only with the channel. */
const isGood = async (runtime: Runtime, bearer: string): Promise<boolean> => {
  if (bearer.startsWith('lazo_'))
    return (await authenticate(runtime, { authorization: `Bearer ${bearer}` })) !== undefined;
  await runtime.ports.tokens.verify(bearer, runtime.clock.now());
  return true;
};
