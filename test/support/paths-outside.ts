// Asynchronous paths that lead outside, or come from there: mail and messages, webhooks, the tax authority.
import type { AnyRow } from '#kernel';
import { advanceElectronic } from '#modules/billing/ec-sri';
import { sendQueuedMessage, type MessageToSend } from '#modules/engagement/conversations';
import { receiveMail } from '#modules/platform/mail-in';
import { sendQueued, takeFeedback, type MailToSend } from '#modules/platform/mail-out';
import { hearWebhooks } from '#modules/platform/webhooks';
import type { Place, Rig } from './asynchronous-paths.ts';
import { openConversing } from './conversing.ts';
import type { Domain } from './domain.ts';
import { startElectronic } from './electronic.ts';
import { openMailIn, toCase } from './mail-in.ts';
import { mailEvent, openMailing } from './mailing.ts';
import { countOf } from './paths-of-rows.ts';
import { startPartner } from './webhook-partner.ts';
import { writeMail } from './written-mail.ts';

const later = (domain: Domain, minutes: number): Promise<void> =>
  domain.advanceTo(new Date(domain.clock.now().getTime() + minutes * 60_000).toISOString());

/** Once, or a second time with the mark of it (design.md section 9): a sender that died may have sent. */
const onceOrMarked = [
  { status: 'SENT', times: 1, isDoubted: false },
  { status: 'SENT', times: 1, isDoubted: true },
  { status: 'SENT', times: 2, isDoubted: true },
];

/** Mails of the ledger -> the mail service. */
export const mailing = async (place: Place): Promise<Rig> => {
  const out = openMailing(place);
  const { domain, tenant } = await out.start();
  return {
    domain,
    occasion: async (nth) => {
      const to = `ana${String(nth)}@example.com`;
      const { id } = await out.send({ to: [to] });
      domain.sent.splice(0);
      const deliver = () => sendQueued(domain.runtime, { tenant, mail: id });
      return {
        deliver,
        goOn: async () => {
          await later(domain, 11);
          for (const { message } of domain.sent.splice(0)) await sendQueued(domain.runtime, message.body as MailToSend);
        },
        outcome: async () => {
          const { status, possibleDuplicate } = await out.mailOf({ id });
          return {
            status,
            times: out.sent.filter((each) => each.to.includes(to)).length,
            isDoubted: possibleDuplicate,
          };
        },
      };
    },
    allowed: onceOrMarked,
  };
};

/** Messages of the ledger -> phones. */
export const texting = async (place: Place): Promise<Rig> => {
  const desk = openConversing(place);
  const domain = await desk.start();
  await desk.line('SMS', { address: '+593990000001' });
  return {
    domain,
    occasion: async (nth) => {
      const text = `Su pedido ${String(nth)} fue recibido`;
      const { id } = await domain.run<AnyRow>('sendMessage', { to: '+593991234567', text });
      domain.sent.splice(0);
      const asked = { tenant: domain.actor().tenant, message: id };
      return {
        deliver: () => sendQueuedMessage(domain.runtime, asked),
        goOn: async () => {
          await later(domain, 11);
          for (const { message } of domain.sent.splice(0))
            await sendQueuedMessage(domain.runtime, message.body as MessageToSend);
        },
        outcome: async () => {
          const { status, possibleDuplicate } = await desk.messageOf(id);
          const times = desk.caught.filter(({ body }) => body['text'] === text).length;
          return { status, times, isDoubted: possibleDuplicate };
        },
      };
    },
    allowed: onceOrMarked,
  };
};

/** What the mail service says -> the ledger and the addresses that are written to no more. */
export const feedback = async (place: Place): Promise<Rig> => {
  const out = openMailing(place);
  const { domain, tenant } = await out.start();
  return {
    domain,
    occasion: async (nth) => {
      const to = `ana${String(nth)}@example.com`;
      const mail = await out.send({ to: [to] });
      await out.drain();
      const bounced = { bounceType: 'Permanent', timestamp: '2026-11-22T15:00:05Z' };
      const told = mailEvent(tenant, mail, 'Bounce', {
        bounce: { ...bounced, bouncedRecipients: [{ emailAddress: to }] },
      });
      return {
        deliver: () => takeFeedback(domain.runtime, told),
        outcome: async () => {
          const { status, problems } = await out.mailOf(mail);
          return {
            status,
            problems: problems.length,
            stopped: await countOf(domain, 'Suppression', { address: { eq: to } }),
          };
        },
      };
    },
    allowed: [{ status: 'BOUNCED', problems: 1, stopped: 1 }],
  };
};

/** Mails from outside -> conversations and what they open. */
export const receiving = async (place: Place): Promise<Rig> => {
  const mailIn = openMailIn(place);
  const { domain } = await mailIn.start();
  const { inbox } = await mailIn.address([toCase]);
  return {
    domain,
    occasion: async (nth) => {
      const subject = `Pedido ${String(nth)}`;
      const receipt = mailIn.receiptFor([inbox]);
      const raw = writeMail({ subject, messageId: `m${String(nth)}@client.test` });
      return Promise.resolve({
        deliver: () => receiveMail(domain.runtime, receipt, raw),
        outcome: async () => ({
          mails: (await mailIn.mails()).filter((mail) => mail.subject === subject).length,
          cases: await countOf(domain, 'Case', { subject: { eq: subject } }),
        }),
      });
    },
    allowed: [{ mails: 1, cases: 1 }],
  };
};

/** Events -> partners: each at least once, under one id. */
export const hooking = async (place: Place): Promise<Rig> => {
  const partner = startPartner(place);
  const { domain } = partner;
  const { endpoint } = await partner.endpoint();
  return {
    domain,
    occasion: async (nth) => {
      const { id } = await partner.account(`Cliente ${String(nth)}`);
      const messages = (await domain.settle()).map((detail) => ({ detail }));
      const heardOf = () => partner.heard.filter(({ data }) => data.record.id === id);
      return {
        deliver: () => hearWebhooks(domain.runtime, messages),
        // A lease of one who died ends.
        goOn: () => partner.goOn(400),
        outcome: async () => {
          const delivered = (await partner.ledger(endpoint.id, { first: 100 })).filter(({ event }) =>
            heardOf().some((call) => call.id === event),
          );
          return {
            times: heardOf().length,
            ids: new Set(heardOf().map((call) => call.id)).size,
            ledger: delivered.map(({ status }) => status),
          };
        },
      };
    },
    allowed: [1, 2].map((times) => ({ times, ids: 1, ledger: ['DELIVERED'] })),
  };
};

/** Electronic documents -> the tax authority, and back to the customer. */
export const declaring = async (place: Place): Promise<Rig> => {
  const of = await startElectronic(place);
  const { domain } = of;
  return {
    domain,
    stop: of.stop,
    occasion: async () => {
      const invoice = await of.invoice();
      const { id: document, accessKey } = await of.of(invoice.id);
      domain.sent.splice(0);
      const step = { tenant: place.tenant, document };
      return {
        deliver: async () => {
          await advanceElectronic(domain.runtime, step);
          domain.clock.advance(5_000);
          await advanceElectronic(domain.runtime, step);
        },
        goOn: async () => {
          await later(domain, 11);
          await of.work();
        },
        outcome: async () => ({
          status: (await of.of(invoice.id)).status,
          mails: await countOf(domain, 'Mail', { subject: { contains: (await of.of(invoice.id)).number } }),
          known: of.sri.documents().filter(({ key }) => key === accessKey).length,
        }),
      };
    },
    allowed: [{ status: 'AUTHORIZED', mails: 1, known: 1 }],
  };
};
