import { module } from '#kernel';
import { settingKinds } from '#modules/platform/settings';
import { builtInTemplates } from './built-in-templates.rules.ts';
import { tenantOfMail, userOfMail } from './extensions.rules.ts';
import { Mail } from './mail.entity.ts';
import { mailTimer } from './mail.reactions.ts';
import { MailTemplate } from './mail-template.entity.ts';
import {
  archiveMailTemplate,
  builtInMailTemplates,
  createMailTemplate,
  previewMail,
  updateMailTemplate,
} from './mail-template.operations.ts';
import { cancelMail, rescheduleMail, retryMail, sendMail } from './send-mail.operations.ts';
import { setMailSignature } from './signature.operations.ts';
import { Suppression } from './suppression.entity.ts';
import { keepUnsubscriptions } from './suppression.reactions.ts';
import { templateSettings } from './template-settings.operations.ts';
import { sendTestMail } from './test-mail.operations.ts';
import { unsubscribePage } from './unsubscribe.operations.ts';

export { answeredRecords } from './automatic.operations.ts';
export {
  askedConsent,
  generalPurpose,
  mailConsents,
  purposeField,
  type ConsentSource,
  type Said,
} from './consents.rules.ts';
export { takeFeedback } from './feedback.operations.ts';
export type { SesEvent } from './feedback.rules.ts';
export { campaign, Mail, type MailRow } from './mail.entity.ts';
export { plainText } from './plain-text.rules.ts';
export { senderAddress } from './mail.rules.ts';
export { afterSilence, dueOf, later, mostAttempts, nextTry } from './outgoing.rules.ts';
export { MailTemplate } from './mail-template.entity.ts';
export { wordingShown } from './mail-template.operations.ts';
export { wordingFor, type BuiltInTemplate } from './template-settings.operations.ts';
export { brandOf, shownValues } from './rendering.operations.ts';
export { queueMail, type MailOrder } from './queue-mail.operations.ts';
export { cancelMail, retryMail, sendMail } from './send-mail.operations.ts';
export { sendQueued, type MailToSend } from './sending.operations.ts';
export { Suppression, type SuppressionRow } from './suppression.entity.ts';
export {
  isSuppressed,
  suppress,
  suppressedAmong,
  unsuppress,
  welcomeBack,
  type Purpose,
  type Stop,
} from './suppress.operations.ts';
export { channels, type Channel } from './suppression.rules.ts';
export { unsubscribeAt } from './unsubscribe.operations.ts';
export { consentsOf, peopleBehind, refusalsOf } from './welcome.operations.ts';
export {
  inboundDomain,
  readThreadAddress,
  threadAddress,
  threadHeader,
  type ThreadTarget,
} from './thread-address.rules.ts';

/** Mail out: templates, the ledger of what was sent and what became of it, addresses that are written to no more. */
export const mailOut = module('platform/mail-out', {
  entities: [MailTemplate, Mail, Suppression],
  extensions: [
    { of: 'User', fields: userOfMail },
    { of: 'Tenant', fields: tenantOfMail },
  ],
  operations: [
    createMailTemplate,
    updateMailTemplate,
    archiveMailTemplate,
    previewMail,
    builtInMailTemplates,
    sendMail,
    sendTestMail,
    retryMail,
    rescheduleMail,
    cancelMail,
    setMailSignature,
  ],
  timers: [mailTimer],
  reactions: [keepUnsubscriptions],
  pages: [unsubscribePage],
  contributes: { 'mail-templates': builtInTemplates, [settingKinds]: [templateSettings] },
});
