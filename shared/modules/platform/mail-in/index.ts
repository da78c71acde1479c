import { module } from '#kernel';
import { answeredRecords } from '#modules/platform/mail-out';
import { notificationKinds } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { InboundMail } from './inbound-mail.entity.ts';
import { MailAddress } from './mail-address.entity.ts';
import { createMailAddress, myMailAddress, renewMyMailAddress, updateMailAddress } from './mail-address.operations.ts';
import { MailReference } from './mail-reference.entity.ts';
import { MailThread } from './mail-thread.entity.ts';
import { explainMail } from './explain.operations.ts';
import { mailNotifications } from './notices.operations.ts';
import { replyToMail } from './reply.operations.ts';
import { previewMailRules, rerunMailRules, rerunRules } from './rerun.jobs.ts';
import { mailRoutes } from './routes.operations.ts';
import { noteAnswered } from './sent.reactions.ts';

export {
  calendarsPoint,
  routesPoint,
  sendersPoint,
  type KnownSender,
  type MailCalendars,
  type MailOrderOf,
  type MailRoute,
  type MailSenders,
  type MailToRoute,
} from './extension-points.rules.ts';
export { ignoredEvent, isMeantFor } from './guards.rules.ts';
export { InboundMail, type InboundMailRow } from './inbound-mail.entity.ts';
export { MailAddress, type MailAddressRow } from './mail-address.entity.ts';
export { readAnnouncement, type MailReceipt, type StoredMail } from './receipt.rules.ts';
export { receiveMail } from './receive.operations.ts';
export { answerMail, replyToMail, type MailAnswer } from './reply.operations.ts';
export { MailThread, type MailThreadRow } from './mail-thread.entity.ts';

/** What a person wrote goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [
  { of: InboundMail.name, field: 'contact' },
  { of: InboundMail.name, field: 'from' },
  { of: MailThread.name, field: 'contact' },
];

/** Mail in: addresses with rules, mails that came, the conversations and records that they belong to. */
export const mailIn = module('platform/mail-in', {
  entities: [MailAddress, MailThread, InboundMail, MailReference],
  operations: [
    createMailAddress,
    updateMailAddress,
    myMailAddress,
    renewMyMailAddress,
    mailRoutes,
    replyToMail,
    explainMail,
    previewMailRules,
    rerunMailRules,
  ],
  jobs: [rerunRules],
  reactions: [noteAnswered],
  contributes: {
    [notificationKinds]: mailNotifications,
    [privacyBelongings]: ofPeople,
    [answeredRecords]: [InboundMail, MailThread],
    // Whoever knows an inbox can write into it; rules give work to others.
    'role-grants': [
      {
        roles: ['seller', 'support'],
        entities: { MailAddress: { create: 'none', read: 'own', update: 'none', archive: 'own' } },
      },
    ],
  },
});
