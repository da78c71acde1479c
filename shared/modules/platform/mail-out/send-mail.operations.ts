import {
  boolean,
  choice,
  dateTime,
  DomainError,
  email,
  json,
  list,
  longText,
  mutation,
  optional,
  ref,
  text,
  versionInput,
} from '#kernel';
import { escapeHtml } from '#modules/platform/links';
import { askedConsent, purposeField } from './consents.rules.ts';
import { hint } from './hint.operations.ts';
import { campaign, Mail, mailImage } from './mail.entity.ts';
import { asValues } from './mail-template.operations.ts';
import { queueMail } from './queue-mail.operations.ts';
import { assertWelcome } from './welcome.operations.ts';

export const sendMail = mutation('sendMail', {
  describes:
    'Sends a mail of a template, or with a subject and a body of its own, in the language of its reader. It stands in the ledger at once and goes out within seconds; its status says what becomes of it.',
  needs: 'mail.send',
  input: {
    to: list(email({ describes: 'An address.' }), { max: 40, describes: 'Who gets it.' }),
    cc: optional(list(email({ describes: 'An address.' }), { max: 10, describes: 'Who gets a copy.' })),
    replyTo: optional(email({ describes: "Where answers go; the sender's own address when not said." })),
    template: optional(text({ max: 60, describes: 'The key of a template.' })),
    subject: optional(text({ max: 300, describes: 'The subject, where no template is named.' })),
    body: optional(
      longText({ max: 100_000, describes: 'The text in HTML or plain text, where no template is named.' }),
    ),
    data: optional(json({ describes: 'Values for placeholders, by name.' })),
    record: optional(ref('*', { describes: 'The record that it is about: for placeholders, and its timeline.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: "Its language; the reader's when not said." })),
    kind: optional(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MailKind',
        describes: 'MARKETING can be unsubscribed from, and goes to those who said yes; TRANSACTIONAL when not said.',
      }),
    ),
    purpose: optional(
      purposeField('Of MARKETING: what it is for, as consents name it: NEWSLETTER; GENERAL when not said.'),
    ),
    consent: optional(
      askedConsent('Of MARKETING: NOT_REFUSED also writes to those whom nobody has asked; GRANTED when not said.'),
    ),
    attachments: optional(list(ref('File'), { max: 20, describes: 'Files that go with it.' })),
    images: optional(
      list(mailImage, { max: 20, describes: 'Pictures within the text, which names them as cid:<cid>.' }),
    ),
    sendAt: optional(dateTime({ describes: 'Not before this moment.' })),
    campaign: optional(campaign('The campaign that it belongs to.')),
    answersHere: optional(
      boolean({ describes: 'Answers come to the product, which files them with this mail; else to the sender.' }),
    ),
  },
  returns: Mail,
  fails: [
    'SUPPRESSED',
    'NO_CONSENT',
    'TOO_MANY_ANSWERS',
    'TEMPLATE_NOT_FOUND',
    'TEMPLATE_INVALID',
    'FILE_NOT_UPLOADED',
  ],
  run: ({ data, ...order }, context) => {
    if (order.to.length === 0) throw new DomainError('BAD_INPUT', 'A mail needs somebody to go to.', ['to']);
    if (order.kind === 'MARKETING' && order.to.length + (order.cc?.length ?? 0) > 1)
      throw new DomainError('BAD_INPUT', 'Marketing goes to one person at a time, who may unsubscribe.', ['to']);
    const own = ownWording(order);
    return queueMail(context, { ...order, ...own, data: asValues(data) });
  },
});

/** A plain text of a person is shown as it was typed. */
const ownWording = ({ body }: { readonly body?: string }): { readonly body?: string } =>
  body === undefined || /<\/?[a-z][^>]*>/i.test(body)
    ? {}
    : { body: escapeHtml(body).replaceAll('&#39;', "'").replaceAll('&quot;', '"') };

const which = { id: ref('Mail', { describes: 'Which one.' }), version: optional(versionInput) };

export const retryMail = mutation('retryMail', {
  describes: 'Sends a mail that failed once more.',
  needs: 'mail.send',
  input: which,
  returns: Mail,
  fails: ['SUPPRESSED', 'NO_CONSENT'],
  run: async ({ id }, context) => {
    const mail = await context.data(Mail).get(id);
    await assertWelcome(context, mail);
    const now = context.clock.instant();
    const queued = context.data(Mail).move(mail, 'QUEUED', { triedAt: now, sendAt: now }, { event: 'mail.retried' });
    context.afterCommit(() => hint(context, queued));
    return queued;
  },
});

export const rescheduleMail = mutation('rescheduleMail', {
  describes:
    'Lets a mail that has not gone out yet go out at another time; at once when not said. What it says stays: to change that, cancel it and send another.',
  needs: 'mail.send',
  input: {
    ...which,
    sendAt: optional(dateTime({ describes: 'Not before this moment.' })),
  },
  returns: Mail,
  run: async ({ id, sendAt }, context) => {
    const mail = await context.data(Mail).get(id);
    if (mail.status !== 'QUEUED')
      throw new DomainError(
        'INVALID_STATE',
        `This mail is ${mail.status}; only what waits can wait for another time.`,
        ['id'],
      );
    const changes = { sendAt: sendAt ?? context.clock.instant(), slotAt: null };
    const waiting = context.data(Mail).update(mail, changes, { event: 'mail.rescheduled' });
    context.afterCommit(() => hint(context, waiting));
    return waiting;
  },
});

export const cancelMail = mutation('cancelMail', {
  describes: 'Keeps a mail back that was to go out later, or that waits for its turn. What is on its way stays so.',
  needs: 'mail.send',
  input: which,
  returns: Mail,
  run: async ({ id }, { data }) => data(Mail).move(await data(Mail).get(id), 'CANCELLED'),
});
