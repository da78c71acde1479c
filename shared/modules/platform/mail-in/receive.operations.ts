import { createHash } from 'node:crypto';
import { derivedId, newMeter } from '#kernel';
import type { Runtime } from '#kernel/context';
import { execute } from '#kernel/execute';
import { untilWon } from '#kernel/lost-race';
import { unsubscribeAt } from '#modules/platform/mail-out';
import type { MailToTake } from './arrival.rules.ts';
import { openingByRules } from './attempts.operations.ts';
import { targetsOf } from './inbox.operations.ts';
import { InboundMail } from './inbound-mail.entity.ts';
import { sentBy } from './origin.operations.ts';
import { parseMail } from './parse.operations.ts';
import { addressesIn, headerOf, type ParsedMail } from './parsed-mail.rules.ts';
import type { MailReceipt } from './receipt.rules.ts';
import { takingMail } from './take-mail.operations.ts';

/** Tries of a unit of work that loses races. */
const mostRaces = 6;

/**
 * Takes in a mail for each tenant at whose addresses it came. May be called any number of times for the same mail, and may die
 * anywhere. What came at no address of ours, or at forged ones, is dropped and counted.
 */
export const receiveMail = async (runtime: Runtime, receipt: MailReceipt, raw: Uint8Array): Promise<void> => {
  const mail = await parseMail(raw);
  const named = await targetsOf(runtime.ports, receipt.recipients);
  const also = await targetsOf(runtime.ports, addressesOf(mail));
  const tenants = new Set(named.map(({ tenant }) => tenant));
  const left = await unsubscribeAt(runtime, receipt.recipients);
  if (tenants.size + left === 0) {
    runtime.log.warn('A mail came in at no address of ours.', { mail: receipt.id });
    runtime.log.count('MailAtNoAddress');
  }
  for (const tenant of tenants) {
    const own = [...named, ...also].filter((target) => target.tenant === tenant).map(({ record }) => record);
    await takeFor(runtime, tenant, { mail, raw, receipt, targets: [...new Set(own)] });
  }
};

/** Addresses in its headers: the one by which a mail was forwarded stands in none of the envelope. */
const addressesOf = (mail: ParsedMail): readonly string[] => [
  ...mail.to,
  ...mail.cc,
  ...headerOf(mail, 'delivered-to').flatMap(addressesIn),
  ...headerOf(mail, 'x-original-to').flatMap(addressesIn),
];

type Delivery = Pick<MailToTake, 'mail' | 'raw' | 'receipt' | 'targets'>;

const takeFor = async (runtime: Runtime, tenant: string, delivery: Delivery): Promise<void> => {
  const actor = await runtime.actorFor(tenant, 'receive-mail');
  const call = { runtime, actor, table: runtime.ports.table, meter: newMeter() };
  const taken = {
    ...delivery,
    ...(await sentBy(runtime.ports, tenant, delivery.mail, delivery.receipt)),
    id: derivedId(InboundMail.idPrefix, await runtime.ports.secrets.get('idempotency'), [tenant, ...printOf(delivery)]),
    isPaused: await runtime.isPaused(tenant),
  };
  await openingByRules((attempts) => untilWon(mostRaces, () => execute(call, takingMail({ ...taken, attempts }), {})));
};

/** What tells a mail from another: the same one may come in twice, by two servers or two announcements. */
const printOf = ({ mail, receipt }: Pick<Delivery, 'mail' | 'receipt'>): readonly string[] => {
  if (mail.messageId === undefined) return [receipt.id];
  const said = createHash('sha256').update(mail.text);
  for (const { bytes } of mail.files) said.update(bytes);
  return [mail.messageId, mail.from.address, mail.subject, mail.writtenAt ?? '', said.digest('hex')];
};
