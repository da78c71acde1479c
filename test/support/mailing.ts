// A tenant that sends mail, caught on its way out: for tests of the ledger, of sending and of what mail services answer.
import PostalMime, { type Email } from 'postal-mime';
import type { Actor, Ports } from '#kernel';
import { modules } from '#modules';
import { sendQueued, type MailRow } from '#modules/platform/mail-out';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import type { TestEngine, Tenanted } from './engine.ts';
import { peopleForTests } from './people.ts';
import { storeTenantOf, storingTenant, tenantIdOf } from './tenant.ts';

/** A mail as the mail service gets it. */
export type Sent = Parameters<Ports['mailer']['send']>[0];

type Options = Partial<Pick<DomainOptions, 'modules' | 'isPaused'>>;
type Failing = () => Error | undefined;
const mailingModules = [...modules, peopleForTests, storingTenant];

/** A mailer that keeps what it is given, or fails. */
const catching = (sent: Sent[], fails: Failing): Ports['mailer'] => ({
  send: (mail) => {
    const error = fails();
    if (error) return Promise.reject(error);
    sent.push(mail);
    return Promise.resolve({ messageId: `message-${String(sent.length)}` });
  },
});

/** The queue at work: every message that was sent, once or more often. */
const drainOf = async (domain: Domain, times: number): Promise<void> => {
  const messages = domain.sent.splice(0).map(({ message }) => message.body as { tenant: string; mail: string });
  for (const message of messages)
    await Promise.all(Array.from({ length: times }, () => sendQueued(domain.runtime, message)));
};

/** Reads a mail as a person's program does. */
export const readMail = (mail: Sent | undefined): Promise<Email> => PostalMime.parse(mail?.raw ?? new Uint8Array());

/** A domain whose mails are caught, to be started anew in each test. */
export const openMailing = (tenanted: Tenanted<TestEngine>, { modules: more = [], ...options }: Options = {}) => {
  const sent: Sent[] = [];
  let fails: Failing | undefined;
  let domain: Domain;
  const start = async (): Promise<{ readonly domain: Domain; readonly tenant: string }> => {
    const [tenant, { table }] = [tenantIdOf(tenanted.tenant), tenanted];
    sent.length = 0;
    fails = undefined;
    const mailer = catching(sent, () => fails?.());
    domain = startDomain({ modules: [...mailingModules, ...more], table, tenant, ports: { mailer }, ...options });
    await storeTenantOf(domain, { name: 'Ñandú & Cía' });
    return { domain, tenant };
  };
  return {
    start,
    sent,
    /** Makes the mail service fail from now on; undefined ends it. */
    failWith: (failing: Failing | undefined) => {
      fails = failing;
    },
    send: (input: object = {}, actor?: Actor, key?: string) =>
      domain.run<MailRow>(
        'sendMail',
        { to: ['ana@example.com'], subject: 'Hola', body: 'Buenos días', consent: 'NOT_REFUSED', ...input },
        actor,
        key === undefined ? {} : { idempotencyKey: key },
      ),
    mailOf: async ({ id }: { readonly id: string }) =>
      (await domain.reader().records([id])).get(id) as unknown as MailRow,
    drain: (times = 1) => drainOf(domain, times),
  };
};

/** What the mail service says of a mail that it took. */
export const mailEvent = (tenant: string, mail: MailRow, eventType: string, more: object = {}) => ({
  eventType,
  mail: { messageId: 'message-1', timestamp: '2026-11-22T15:00:01Z', tags: { tenant: [tenant], mail: [mail.id] } },
  ...more,
});
