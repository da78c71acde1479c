import { reaction, timer } from '#kernel';
import { Mail } from '#modules/platform/mail-out';
import { announce } from './announce.operations.ts';
import { warningAt } from './certificate-expiry.rules.ts';
import { ElectronicDocument } from './electronic-document.entity.ts';
import { SriIssuer } from './sri-issuer.entity.ts';
import { tellSupervisors } from './supervisors.operations.ts';

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
