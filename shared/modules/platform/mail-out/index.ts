import { module } from '#kernel';
import { settingKinds } from '#modules/platform/settings';
import { builtInTemplates } from './built-in-templates.rules.ts';
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
import { retryMail, sendMail } from './send-mail.operations.ts';
import { Suppression } from './suppression.entity.ts';
import { templateSettings } from './template-settings.operations.ts';
import { unsubscribePage } from './unsubscribe.operations.ts';

export { mailConsents, type ConsentSource } from './consents.rules.ts';
export { takeFeedback } from './feedback.operations.ts';
export type { SesEvent } from './feedback.rules.ts';
export { Mail, type MailRow } from './mail.entity.ts';
export { plainText } from './plain-text.rules.ts';
export { senderAddress } from './mail.rules.ts';
export { MailTemplate } from './mail-template.entity.ts';
export type { BuiltInTemplate } from './template-settings.operations.ts';
export { brandOf } from './rendering.operations.ts';
export { queueMail, sendMail, type MailOrder } from './send-mail.operations.ts';
export { sendQueued, type MailToSend } from './sending.operations.ts';
export { Suppression } from './suppression.entity.ts';
export { isSuppressed, suppress, suppressedAmong, type Purpose, type Stop } from './suppress.operations.ts';
export { channels, type Channel } from './suppression.rules.ts';
export { consentsOf } from './welcome.operations.ts';
export { inboundDomain, readThreadAddress, threadAddress, type ThreadTarget } from './thread-address.rules.ts';

/** Mail out: templates, the ledger of what was sent and what became of it, addresses that are written to no more. */
export const mailOut = module('platform/mail-out', {
  entities: [MailTemplate, Mail, Suppression],
  operations: [
    createMailTemplate,
    updateMailTemplate,
    archiveMailTemplate,
    previewMail,
    builtInMailTemplates,
    sendMail,
    retryMail,
  ],
  timers: [mailTimer],
  pages: [unsubscribePage],
  contributes: { 'mail-templates': builtInTemplates, [settingKinds]: [templateSettings] },
});
