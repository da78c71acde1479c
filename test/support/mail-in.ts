// A domain that takes mail in, as the mail service announces it.
import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { AnyRow, Ports } from '#kernel';
import { modules } from '#modules';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { defaultPipeline } from '#modules/platform/flows';
import {
  InboundMail,
  receiveMail,
  type InboundMailRow,
  type MailAddressRow,
  type MailReceipt,
} from '#modules/platform/mail-in';
import { sendQueued, type MailToSend } from '#modules/platform/mail-out';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import type { TestEngine, Tenanted } from './engine.ts';
import { makePeople, peopleForTests } from './people.ts';
import { storeTenantOf, storingTenant, tenantIdOf } from './tenant.ts';
import { writeMail, type Written } from './written-mail.ts';

const vouched: MailReceipt['verdicts'] = { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' };
/** A mail of ours, as the customer gets it. */
export type Delivered = {
  readonly messageId: string;
  readonly replyTo: string;
  readonly headers: Readonly<Record<string, string>>;
};

const deliveredAs = async (raw: Uint8Array, messageId: string): Promise<Delivered> => {
  const { headers, replyTo } = await PostalMime.parse(raw);
  const named = Object.fromEntries(headers.map(({ key, value }) => [key, value]));
  return { messageId, replyTo: replyTo?.[0]?.address ?? '', headers: named };
};

const anyModules = [...modules, peopleForTests, storingTenant];

/** A mailer that keeps what customers get. */
const catching = (sent: Delivered[]): Ports['mailer'] => ({
  send: async ({ raw }) => {
    const messageId = `sent-${String(sent.length + 1)}`;
    sent.push(await deliveredAs(raw, messageId));
    return { messageId };
  },
});

const deliverAll = async (domain: Domain): Promise<void> => {
  await domain.settle();
  for (const { queue, message } of domain.sent.splice(0))
    if (queue === 'mail-out') await sendQueued(domain.runtime, message.body as MailToSend);
  await domain.settle();
};

/** A tenant with two people, and a customer of the first. */
const furnish = async (domain: Domain) => {
  await storeTenantOf(domain, {});
  await domain.run('createPipeline', defaultPipeline);
  await domain.run('createCaseType', { key: 'GENERAL', labels: { es: 'Consulta', en: 'Question' } });
  const types = await Promise.all(
    defaultActivityTypes.slice(0, 2).map((type) => domain.run<AnyRow>('createActivityType', type)),
  );
  const people = await makePeople(domain, ['Ana', 'Ben']);
  const account = await domain.run<AnyRow>('createAccount', { name: 'Cliente', owner: people[0] });
  const who = { firstName: 'Rosa', lastName: 'Vera', email: 'rosa@client.test', account: account.id };
  const contact = await domain.run<AnyRow>('createContact', who);
  await domain.settle();
  return { people, account: account.id, contact: contact.id, call: types[0]?.id ?? '' };
};

/** Rules of an address: who is known asks for a case, who is not is a lead. */
export const toCase = { name: 'Cases', route: 'CASE', sender: 'KNOWN' };
export const toLead = { name: 'Leads', route: 'LEAD', sender: 'UNKNOWN', assign: 'RECORD_RULES' };

/** What was decided of a mail in one step. */
export const stepsOf = ({ decisions }: InboundMailRow, step: string): InboundMailRow['decisions'] =>
  decisions.filter((each) => each.step === step);

/** A domain that takes mail in: to be started anew in each test. */
export const openMailIn = (tenanted: Tenanted<TestEngine>) => {
  let domain: Domain;
  const sent: Delivered[] = [];
  const mailer = catching(sent);
  let tenant: string;
  /** What the mail service says when a mail has come to these addresses. */
  const receiptFor = (recipients: readonly string[], more: Partial<MailReceipt> = {}): MailReceipt => ({
    id: randomUUID(),
    receivedAt: domain.clock.now().toISOString(),
    sender: 'rosa@client.test',
    recipients,
    verdicts: vouched,
    ...more,
  });
  const mails = async (): Promise<readonly InboundMailRow[]> => {
    const { data } = domain.reader();
    const { rows } = await data(InboundMail).page('all', { first: 100 });
    return Promise.all(rows.map(({ id }) => data(InboundMail).get(id)));
  };
  return {
    start: async (options: Partial<DomainOptions> = {}) => {
      tenant = tenantIdOf(tenanted.tenant);
      sent.length = 0;
      domain = startDomain({ modules: anyModules, table: tenanted.table, tenant, ports: { mailer }, ...options });
      return { domain, tenant, ...(await furnish(domain)) };
    },
    receiptFor,
    sent,
    /** Sends what is queued. */
    deliver: () => deliverAll(domain),
    mails,
    /** An address for customers, with rules. */
    address: (rules: readonly object[], more: object = {}) =>
      domain.run<MailAddressRow>('createMailAddress', { name: 'Ventas', address: 'ventas@acme.test', rules, ...more }),
    /** Takes a mail in, and answers it as it was kept. */
    receive: async (
      mail: Written | Buffer,
      to: string | readonly string[],
      more: Partial<MailReceipt> = {},
    ): Promise<InboundMailRow | undefined> => {
      const before = new Set((await mails()).map(({ id }) => id));
      const raw = Buffer.isBuffer(mail) ? mail : writeMail(mail);
      await receiveMail(domain.runtime, receiptFor([to].flat(), more), raw);
      await domain.settle();
      return (await mails()).find(({ id }) => !before.has(id));
    },
    read: async <R extends AnyRow>(id: string | undefined): Promise<R> =>
      (await domain.reader().records([id ?? ''])).get(id ?? '') as R,
  };
};
