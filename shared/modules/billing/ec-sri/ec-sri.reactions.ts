import { readOn, reaction, timer } from '#kernel';
import { Mail } from '#modules/platform/mail-out';
import { tellSupervisors } from '#modules/platform/notifications';
import { announce } from './announce.operations.ts';
import { warningAt } from './certificate-expiry.rules.ts';
import { ElectronicDocument } from './electronic-document.entity.ts';
import { SriIssuer } from './sri-issuer.entity.ts';
import { lastDayFor } from './annulment.rules.ts';

export const electronicTimer = timer(ElectronicDocument, {
  describes:
    'Announces a document to its queue again, where a message was lost or the next step was too far ahead for it.',
  // What was issued must reach the tax authority, whatever becomes of the subscription.
  evenPaused: true,
  run: (row, context) => {
    const again = context.trusted(ElectronicDocument).update(row, { stepAt: context.clock.instant() }, { aside: true });
    context.afterCommit(() => announce(context, again));
    return Promise.resolve();
  },
});

export const certificateTimer = timer(SriIssuer, {
  describes:
    'Tells those who look after the tenant that the certificate ends: 30, 15, 5 and 1 days before, and when it has.',
  run: async (issuer, context) => {
    const { certificate } = issuer;
    if (!certificate) return;
    const warnedDays = warningAt(certificate.validUntil, context.clock.instant());
    context.trusted(SriIssuer).update(issuer, { warnedDays }, { event: 'sriIssuer.warned' });
    const day = certificate.validUntil.slice(0, 10);
    await tellSupervisors(context, {
      kind: 'sri.certificate',
      title:
        warnedDays === 0
          ? { es: `La firma electrónica venció el ${day}`, en: `The signing certificate ended on ${day}` }
          : { es: `La firma electrónica vence el ${day}`, en: `The signing certificate ends on ${day}` },
      body: {
        es: 'Sin una firma vigente no se envían comprobantes al SRI. Cargue la nueva.',
        en: 'Without one in force no document is sent to the SRI. Upload the new one.',
      },
      about: issuer.id,
    });
  },
});

export const noteDelivered = reaction('noteElectronicDelivered', {
  describes: 'Notes that the buyer’s mail server has taken an authorised document.',
  on: ['mail.delivered'],
  run: async (event, { trusted }) => {
    const mail = await trusted(Mail).find(event.record.id);
    const about = mail?.about;
    if (about?.startsWith('eld_') !== true) return;
    const row = await trusted(ElectronicDocument).find(about);
    if (row?.status === 'AUTHORIZED' && row.mail === mail?.id) trusted(ElectronicDocument).move(row, 'DELIVERED');
  },
});

/** Documents that went no further for want of a certificate, at most. */
const mostWaiting = 1000;
const unsigned = ['NO_CERTIFICATE', 'CERTIFICATE_EXPIRED'];

export const resumeCertified = reaction('resumeCertified', {
  describes: 'Lets documents go on that waited for a certificate, once there is one.',
  on: ['sriIssuer.certified'],
  run: async (_event, context) => {
    const waiting = await readOn(
      (asked) => context.trusted(ElectronicDocument).page('byStatus', { of: 'NEEDS_ATTENTION', ...asked }),
      mostWaiting,
    );
    await context.together(
      waiting.rows
        .filter(({ messages }) => messages.some(({ code }) => unsigned.includes(code)))
        .map(({ id }) => ({
          key: `resume ${id}`,
          run: async (own) => {
            const documents = own.trusted(ElectronicDocument);
            const row = await documents.get(id);
            if (row.status !== 'NEEDS_ATTENTION') return undefined;
            const resumed = documents.move(row, 'ISSUED', { stepAt: own.clock.instant(), tries: 0, messages: [] });
            own.afterCommit(() => announce(own, resumed));
            return resumed;
          },
        })),
    );
  },
});

export const remindOfAnnulment = reaction('remindOfAnnulment', {
  describes:
    'Reminds those who look after the tenant that a voided invoice is also to be annulled on the portal of the SRI.',
  on: ['invoice.voided'],
  run: async (event, context) => {
    const row = await context.trusted(ElectronicDocument).findUnique('document', event.record.id);
    if (!row || row.status === 'ANNULLED') return;
    const last = lastDayFor(row.issuedOn);
    await tellSupervisors(context, {
      kind: 'electronic.trouble',
      title: {
        es: `Anule la factura ${row.number} en el portal del SRI hasta el ${last}`,
        en: `Annul invoice ${row.number} on the portal of the SRI until ${last}`,
      },
      body: {
        es: 'Está anulada aquí; el SRI no ofrece un servicio para ello. Registre después la anulación.',
        en: 'It is voided here; the SRI has no service for it. Note the annulment afterwards.',
      },
      about: row.id,
    });
  },
});
