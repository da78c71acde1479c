import {
  dateTime,
  defaulted,
  DomainError,
  integer,
  list,
  mutation,
  query,
  ref,
  signedIn,
  text,
  type Context,
  type Table,
} from '#kernel';
import { channelOf } from './channels.rules.ts';

/** Beside the record: who looks at it until when, by person. The table forgets it by itself. */
const watchKey = (tenant: string, record: string) => ({ pk: `${tenant}#${record}`, sk: 'watched' });

/** @throws BAD_INPUT for keys that belong to nobody */
const personIn = ({ actor }: Context): string => {
  if (actor.userId !== undefined) return actor.userId;
  throw new DomainError('BAD_INPUT', 'Only people listen.');
};

export const realtime = query('realtime', {
  describes:
    'Where one hears at once that something happened: subscribe to the channel with the access token or key of this request. A notice is `{id, type, record: {type, id, version}}` and no more; ask for the record. Notices may be lost, or come twice.',
  needs: signedIn,
  input: {},
  returns: {
    url: text({
      describes:
        'Where to listen. `wss:` speaks the protocol of AppSync Events; `http:` (the local cloud) answers `GET ?channel=` with server-sent events.',
    }),
    channel: text({ describes: 'One’s own channel; no other is opened.' }),
  },
  run: (_input, context) => {
    const channel = channelOf(context.actor.tenant, personIn(context));
    return Promise.resolve({ url: context.ports.realtime.listenUrl(), channel });
  },
});

export const watchRecords = mutation('watchRecords', {
  describes:
    'Says that one looks at records, so that changes of them are told on one’s channel (query `realtime`) for a while. Call it again before the end.',
  needs: signedIn,
  input: {
    ids: list(ref('*'), { max: 50, describes: 'Which ones.' }),
    minutes: defaulted(integer({ min: 1, max: 60, describes: 'For how long.' }), 15),
  },
  returns: { until: dateTime({ describes: 'When it ends.' }) },
  run: async ({ ids, minutes }, context) => {
    const user = personIn(context);
    const seen = await context.records(ids);
    const missing = ids.find((id) => !seen.has(id));
    if (missing !== undefined) throw new DomainError('NOT_FOUND', `There is no record ${missing}.`, ['ids']);
    const until = new Date(context.clock.now().getTime() + minutes * 60_000).toISOString();
    context.afterCommit(() => watch(context, [...new Set(ids)], user, until));
    return { until };
  },
});

/** An hour after the last one stopped looking at the latest, nothing is left of it. */
const keptSeconds = 2 * 3600;

const watch = async (
  { ports, actor }: Context,
  records: readonly string[],
  user: string,
  until: string,
): Promise<void> => {
  const expiresAt = Math.floor(Date.parse(until) / 1000) + keptSeconds;
  await Promise.all(
    records.map((record) =>
      ports.table.write({
        kind: 'update',
        key: watchKey(actor.tenant, record),
        update: {
          text: 'SET #user = :until, #expires = :expires',
          names: { '#user': user, '#expires': 'expiresAt' },
          values: { ':until': until, ':expires': expiresAt },
        },
      }),
    ),
  );
};

/** Who looks at each of these records now. One request for a hundred of them. */
export const watchersOf = async (
  table: Table,
  tenant: string,
  records: readonly string[],
  now: string,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const items = await table.batchGet(records.map((record) => watchKey(tenant, record)));
  return new Map(
    items.map(({ pk, ...watched }) => [
      pk.slice(tenant.length + 1),
      Object.keys(watched).filter((name) => name.startsWith('usr_') && String(watched[name]) > now),
    ]),
  );
};
