// A partner for tests of webhooks: what it hears, what it answers, and the queue that brings it there, on a domain of tests.
import type { AnyRow, DomainEvent, Table, WebRequest } from '#kernel';
import { modules } from '#modules';
import {
  hearWebhooks,
  WebhookEndpoint,
  type WebhookEndpointRow,
  type WebhookMessage,
} from '#modules/platform/webhooks';
import { startDomain, type Domain } from './domain.ts';
import { storingTenant } from './tenant.ts';

/** A delivery as the ledger shows it. */
export type Delivery = { readonly id: string; readonly event: string; readonly type: string; readonly status: string };

/** One call of the partner. */
export type Heard = {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly data: DomainEvent;
};

/** What tests of webhooks work with. What is not read-only they set. */
export type Partner = {
  readonly domain: Domain;
  /** What it heard so far. */
  heard: Heard[];
  answer(call: Heard): Response | Promise<Response>;
  /** Dies where a test says so, before a write. */
  fault: ((operation: 'write' | 'batchWrite', what: string) => void) | undefined;
  /** Messages that wait. */
  readonly queue: { readonly at: string; readonly message: WebhookMessage }[];
  /** Brings what is ready, with all that follows from it. @throws what the handler threw; the messages come again */
  deliver(): Promise<void>;
  /** Goes on through all that becomes due. */
  goOn(seconds: number): Promise<void>;
  endpoint(input?: object): Promise<{ readonly endpoint: WebhookEndpointRow; readonly secret: string }>;
  account(name: string, more?: object): Promise<AnyRow>;
  rename(row: AnyRow, name: string): Promise<AnyRow>;
  ledger(endpoint: string, input?: object): Promise<readonly Delivery[]>;
  rowOf(endpoint: string): Promise<WebhookEndpointRow>;
  /** Names and versions of accounts that it heard of. */
  told(): readonly string[];
};

/** Where it is called. */
export const partnerUrl = 'https://partner.example/hooks';
/** When tests begin: now, since the public verifier looks at the clock. */
export const partnerStart = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();

/** Starts a domain with a partner that says yes to everything. */
export const startPartner = ({ table, tenant }: { readonly table: Table; readonly tenant: string }): Partner => {
  const mortal = (inner: Table): Table => ({
    ...inner,
    write: (write) => {
      partner.fault?.('write', JSON.stringify(write));
      return inner.write(write);
    },
    batchWrite: (writes) => {
      if (writes.length > 0) partner.fault?.('batchWrite', JSON.stringify(writes));
      return inner.batchWrite(writes);
    },
    metered: (meter) => mortal(inner.metered(meter)),
  });
  const fetch = async (_url: string, { headers = {}, body = '' }: WebRequest = {}): Promise<Response> => {
    const { data } = JSON.parse(String(body)) as { readonly data: DomainEvent };
    const call = { id: headers['webhook-id'] ?? '', headers, body: String(body), data };
    partner.heard.push(call);
    return partner.answer(call);
  };
  const domain = startDomain({
    modules: [...modules, storingTenant],
    table,
    tenant,
    now: partnerStart,
    through: mortal,
    ports: { web: { fetch } },
  });
  const partner: Partner = {
    ...brought(domain),
    domain,
    heard: [],
    answer: () => new Response('ok'),
    fault: undefined,
    endpoint: async (input = {}) => {
      const values = { name: 'Shop', url: partnerUrl, eventTypes: ['account.*'], ...input };
      const made = await domain.run<Awaited<ReturnType<Partner['endpoint']>>>('createWebhookEndpoint', values);
      await partner.deliver();
      partner.heard = [];
      return made;
    },
    account: (name, more = {}) => domain.run('createAccount', { name, ...more }),
    rename: ({ id, version }, name) => domain.run('updateAccount', { id, version, name }),
    ledger: async (endpoint, input = {}) =>
      (
        await domain.run<{ deliveries: readonly Delivery[] }>('webhookDeliveries', {
          webhookEndpoint: endpoint,
          ...input,
        })
      ).deliveries,
    rowOf: (endpoint) => domain.reader().data(WebhookEndpoint).get(endpoint),
    told: () => partner.heard.map(({ data }) => `${String(data.data?.['name'])} ${String(data.record.version)}`),
  };
  return partner;
};

/** The queue as SQS has it: what was sent, and what happened on the bus; delayed messages when their time has come. */
const brought = (domain: Domain): Pick<Partner, 'queue' | 'deliver' | 'goOn'> => {
  const queue: Partner['queue'] = [];
  const now = (): string => domain.clock.now().toISOString();
  const later = (seconds: number): string => new Date(Date.parse(now()) + seconds * 1000).toISOString();
  const gather = async (): Promise<readonly WebhookMessage[]> => {
    for (const event of await domain.settle()) queue.push({ at: now(), message: { detail: event } });
    for (const { queue: name, message } of domain.sent.splice(0))
      if (name === 'webhooks')
        queue.push({ at: later(message.delaySeconds ?? 0), message: message.body as WebhookMessage });
    const waiting = queue.splice(0);
    queue.push(...waiting.filter(({ at }) => at > now()));
    return waiting.filter(({ at }) => at <= now()).map(({ message }) => message);
  };
  const deliver = async (): Promise<void> => {
    for (let ready = await gather(); ready.length > 0; ready = await gather()) {
      try {
        await hearWebhooks(domain.runtime, ready);
      } catch (error) {
        queue.push(...ready.map((message) => ({ at: now(), message })));
        throw error;
      }
    }
  };
  const goOn = async (seconds: number): Promise<void> => {
    const end = later(seconds);
    while (now() < end) {
      // In steps in which nothing becomes due twice.
      const [next = end] = [later(900), end, ...queue.map(({ at }) => at)].filter((each) => each > now()).sort();
      await domain.advanceTo(next);
      await deliver();
    }
  };
  return { queue, deliver, goOn };
};
