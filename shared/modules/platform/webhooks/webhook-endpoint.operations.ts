import {
  boolean,
  change,
  creation,
  defaulted,
  DomainError,
  given,
  integer,
  matchesType,
  mutation,
  optional,
  record,
  recordInput,
  text,
  visibleFields,
  type Context,
  type FieldMap,
  type Path,
} from '#kernel';
import { isDeepStrictEqual as isSame } from 'node:util';
import { feedEnd } from '#kernel/feed';
import { checkFilter } from '#kernel/filter-check';
import { cataloguedEvents } from '#modules/platform/events';
import { hint } from './hint.operations.ts';
import { makeDue, partitionOf, readWaiting } from './outbox.operations.ts';
import type { RecordFilter } from './subscription.rules.ts';
import { keepHeaders, makeSecret, replaceSecret } from './webhook-secrets.operations.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** Endpoints of a tenant (domain.md 5.3). */
const mostEndpoints = 20;
const longestOverlap = 168;

const which = recordInput('WebhookEndpoint');
const secretAnswer = optional(
  text({
    sensitive: true,
    max: 100,
    describes:
      'By which the receiver verifies what it gets; shown this once. Null when the call is repeated with the same idempotency key.',
  }),
);

type Told = Pick<WebhookEndpointRow, 'eventTypes' | 'filters'>;

/** @throws UNKNOWN_EVENT_TYPE, UNKNOWN_ENTITY, BAD_INPUT for what cannot be heard or filtered */
const assertSubscription = ({ registry, actor }: Context, { eventTypes, filters }: Told): void => {
  const types = cataloguedEvents(registry);
  for (const [index, pattern] of eventTypes.entries())
    if (!types.some(({ type }) => matchesType(pattern, type)))
      throw new DomainError('UNKNOWN_EVENT_TYPE', `Nothing is called ${pattern}; eventTypes lists what there is.`, [
        'eventTypes',
        index,
      ]);
  for (const [index, filter] of filters.entries()) {
    const path = ['filters', index];
    const of = registry.entities.get(filter.recordType);
    if (!of || of.internal)
      throw new DomainError('UNKNOWN_ENTITY', `There is no ${filter.recordType}.`, [...path, 'recordType']);
    assertFilter(visibleFields(of, actor), filter, path, actor.country);
  }
};

/** @throws BAD_INPUT for fields that there are not, or that its maker does not see */
const assertFilter = (
  fields: FieldMap,
  { where, before, changed = [] }: RecordFilter,
  path: Path,
  country: string,
): void => {
  for (const [name, filter] of Object.entries(given({ where, before })))
    checkFilter(fields, filter, { path: [...path, name], country });
  const { custom } = fields;
  const own = custom?.shape.kind === 'object' ? Object.keys(custom.shape.fields) : [];
  const names = new Set([...Object.keys(fields), ...own.map((key) => `custom.${key}`)]);
  const unknown = changed.findIndex((field) => !names.has(field));
  if (unknown >= 0)
    throw new DomainError('BAD_INPUT', `There is no field ${String(changed[unknown])}.`, [...path, 'changed', unknown]);
};

/** @throws LIMIT_REACHED */
const assertRoom = async ({ trusted }: Context): Promise<void> => {
  const { rows } = await trusted(WebhookEndpoint).page('byName', { first: 100 });
  if (rows.filter(({ archivedAt }) => archivedAt === undefined).length >= mostEndpoints)
    throw new DomainError('LIMIT_REACHED', `A tenant has at most ${String(mostEndpoints)} endpoints.`);
};

/** Whose eyes it has: a person's; made by a key, no more than that key's. */
const makerOf = ({ actor }: Context) => ({
  user: actor.userId ?? null,
  key: actor.kind === 'key' && actor.userId !== undefined ? actor.id : null,
});

/** Where it is called, and what it hears there. */
const heard = ['url', 'eventTypes', 'filters', 'payload'] as const;

export const createWebhookEndpoint = creation(WebhookEndpoint, 'createWebhookEndpoint', {
  describes: 'Makes an endpoint that hears of what happens from now on. Its secret is shown this once.',
  needs: 'webhookEndpoint.create',
  input: {},
  returns: { endpoint: record(WebhookEndpoint, 'The endpoint.'), secret: secretAnswer },
  fails: ['UNKNOWN_EVENT_TYPE', 'UNKNOWN_ENTITY', 'LIMIT_REACHED', 'ADDRESS_REFUSED', 'NOTHING_TO_HEAR'],
  run: async ({ values }, context) => {
    const { ports, actor } = context;
    assertSubscription(context, { eventTypes: values.eventTypes, filters: values.filters ?? [] });
    await assertRoom(context);
    const startsAt = await feedEnd(ports.table, actor.tenant);
    const { user, key } = makerOf(context);
    const maker = given({ user: user ?? undefined, key: key ?? undefined });
    const draft = { ...values, ...maker, startsAt, exhausted: 0, headerNames: [], isTested: false };
    const endpoint = context.data(WebhookEndpoint).create(draft);
    const secret = await makeSecret(context, endpoint.id);
    hintLater(context, endpoint.id);
    return { endpoint, secret };
  },
});

/** Also a moment later, when the lists know it: what happens meanwhile has told nobody. */
const hintLater = (context: Context, endpoint: string): void => {
  context.afterCommit(() => hint(context, endpoint, 5));
};

export const updateWebhookEndpoint = change(WebhookEndpoint, 'updateWebhookEndpoint', {
  describes:
    'Changes an endpoint: absent fields stay, null clears. Who changes where it is called or what it hears is its maker from then on: it hears with that person’s eyes, or that key’s.',
  needs: 'webhookEndpoint.update',
  input: which,
  returns: WebhookEndpoint,
  fails: ['UNKNOWN_EVENT_TYPE', 'UNKNOWN_ENTITY', 'ADDRESS_REFUSED', 'NOTHING_TO_HEAR'],
  run: async ({ id, changes }, context) => {
    const endpoints = context.data(WebhookEndpoint);
    const before = await endpoints.get(id);
    const hearsElse = heard.some((field) => changes[field] !== undefined && !isSame(changes[field], before[field]));
    const isElsewhere = changes.url !== undefined && new URL(changes.url).origin !== new URL(before.url).origin;
    if (isElsewhere && before.headerNames.length > 0) await keepHeaders(context, id, {});
    const row = endpoints.update(before, {
      ...changes,
      ...(isElsewhere && { headerNames: [] }),
      ...(hearsElse && makerOf(context)),
      ...(changes.url !== undefined && { isTested: false }),
    });
    assertSubscription(context, row);
    return row;
  },
});

export const rotateWebhookSecret = mutation('rotateWebhookSecret', {
  describes: 'Gives an endpoint another secret. For the overlap both sign, so that the receiver can change in peace.',
  needs: 'webhookEndpoint.update',
  input: {
    ...which,
    overlapHours: defaulted(
      integer({ min: 0, max: longestOverlap, describes: 'For how many hours the secret before signs along.' }),
      24,
    ),
  },
  returns: { endpoint: record(WebhookEndpoint, 'The endpoint.'), secret: secretAnswer },
  run: async ({ id, overlapHours }, context) => {
    const endpoints = context.data(WebhookEndpoint);
    const row = await endpoints.get(id);
    const now = context.clock.instant();
    const until = new Date(Date.parse(now) + overlapHours * 3_600_000).toISOString();
    const secret = await replaceSecret(context, id, until);
    const changes = { secretRotatedAt: now, oldSecretUntil: until };
    return { endpoint: endpoints.update(row, changes, { event: 'webhookEndpoint.secretRotated' }), secret };
  },
});

export const disableWebhookEndpoint = mutation('disableWebhookEndpoint', {
  describes: 'Calls an endpoint no more, until it is enabled again.',
  needs: 'webhookEndpoint.update',
  input: which,
  returns: WebhookEndpoint,
  run: async ({ id }, { data }) =>
    data(WebhookEndpoint).move(await data(WebhookEndpoint).get(id), 'DISABLED', {
      disabledBecause: 'USER',
      retryAt: null,
    }),
});

export const restoreWebhookEndpoint = mutation('restoreWebhookEndpoint', {
  describes: 'Brings an archived endpoint back. It is disabled: whoever enables it says from where it goes on.',
  needs: 'webhookEndpoint.archive',
  input: which,
  returns: WebhookEndpoint,
  fails: ['LIMIT_REACHED'],
  run: async ({ id }, context) => {
    const endpoints = context.data(WebhookEndpoint);
    await assertRoom(context);
    const row = endpoints.restore(await endpoints.get(id));
    return row.status === 'DISABLED'
      ? row
      : endpoints.move(row, 'DISABLED', { disabledBecause: 'USER', retryAt: null });
  },
});

export const enableWebhookEndpoint = mutation('enableWebhookEndpoint', {
  describes: 'Calls an endpoint again that was disabled.',
  needs: 'webhookEndpoint.update',
  input: {
    ...which,
    catchUp: defaulted(
      boolean({
        describes:
          'It goes on where it stopped, and what waits is tried at once. Otherwise it hears of what happens from now on, and what was left is dropped.',
      }),
      true,
    ),
  },
  returns: WebhookEndpoint,
  run: async ({ id, catchUp }, context) => {
    const { data, ports, actor } = context;
    const row = await data(WebhookEndpoint).get(id);
    const startsAt = catchUp ? row.startsAt : await feedEnd(ports.table, actor.tenant);
    const enabledAt = context.clock.instant();
    const changes = { startsAt, enabledAt, disabledBecause: null, failingSince: null, retryAt: null };
    const event = { event: 'webhookEndpoint.enabled' };
    const enabled = data(WebhookEndpoint).move(row, 'ACTIVE', changes, event);
    const pk = partitionOf(actor.tenant, id);
    if (catchUp) await makeDue(ports.table, pk, await readWaiting(ports.table, pk, 'pending'), enabledAt);
    hintLater(context, id);
    return enabled;
  },
});
