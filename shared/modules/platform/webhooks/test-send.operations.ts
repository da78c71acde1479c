import { DomainError, matchesType, mutation, optional, record, ref, text, type Context } from '#kernel';
import { cataloguedEvent, cataloguedEvents, exampleOf, type CataloguedEvent } from '#modules/platform/events';
import { callOnce } from './call.operations.ts';
import { attemptField } from './ledger.operations.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import { keysOf } from './webhook-secrets.operations.ts';

export const testWebhookEndpoint = mutation('testWebhookEndpoint', {
  describes:
    'Calls an endpoint now with an example of what it hears of, signed as the real ones are, and answers what it said.',
  needs: 'webhookEndpoint.update',
  input: {
    id: ref('WebhookEndpoint', { describes: 'Which one.' }),
    type: optional(text({ max: 100, describes: 'The type of event; the first that it hears of when not said.' })),
  },
  returns: { endpoint: record(WebhookEndpoint, 'The endpoint.'), attempt: attemptField },
  fails: ['UNKNOWN_EVENT_TYPE', 'SECRET_LOST'],
  run: async ({ id, type }, context) => {
    const endpoints = context.data(WebhookEndpoint);
    const row = await endpoints.get(id);
    const keys = await keysOf(context, id);
    if (keys.secrets.length === 0)
      throw new DomainError('SECRET_LOST', 'Its secret does not open here: replace it.', ['id']);
    const event = exampleOf(context.registry, exampleType(context, row, type));
    const { attempt, verdict } = await callOnce(context.ports.web, {
      url: row.url,
      id: context.ids.next('evt'),
      body: JSON.stringify({ type: event['type'], timestamp: context.clock.instant(), test: true, data: event }),
      keys,
      now: context.clock.now(),
    });
    const isTested = verdict.result === 'DELIVERED';
    return {
      attempt,
      endpoint: row.isTested === isTested ? row : endpoints.update(row, { isTested }, { aside: true }),
    };
  },
});

const exampleType = (
  { registry }: Context,
  { eventTypes }: WebhookEndpointRow,
  type: string | undefined,
): CataloguedEvent => {
  const found =
    type === undefined
      ? cataloguedEvents(registry).find((each) => eventTypes.some((pattern) => matchesType(pattern, each.type)))
      : cataloguedEvent(registry, type);
  if (!found) throw new DomainError('UNKNOWN_EVENT_TYPE', 'There is no such type of event.', ['type']);
  return found;
};
