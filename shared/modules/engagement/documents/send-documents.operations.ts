import { DomainError, integer, list, longText, mutation, optional, ref, text, type Context } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { readableFile } from '#modules/platform/files';
import { queueMail } from '#modules/platform/mail-out';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { DocumentShare } from './document-share.entity.ts';
import { shareDays } from './sharing.rules.ts';

/** The link's purpose, and its page's. */
export const purpose = 'documents';

export const sendDocuments = mutation('sendDocuments', {
  describes:
    'Sends documents to a contact: a mail in the contact’s language with a link to a page that shows them. Whether they were seen and fetched stands in the answer’s record.',
  needs: 'documentShare.create',
  input: {
    contact: ref('Contact', { describes: 'Who gets them.' }),
    files: list(ref('File'), { max: 10, describes: 'The documents, one to ten.' }),
    subject: text({ min: 1, max: 200, describes: 'What the mail is headed with.' }),
    message: optional(longText({ max: 5000, describes: 'What is said with them, in plain text.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that they are for.' })),
    days: optional(integer({ min: 1, max: 365, describes: 'For how many days the link works; 30 when not said.' })),
  },
  returns: DocumentShare,
  fails: ['NO_EMAIL', 'FILE_NOT_UPLOADED', 'SUPPRESSED'],
  run: async ({ contact: to, files, days = shareDays, message, opportunity, subject }, context) => {
    if (files.length === 0) throw new DomainError('BAD_INPUT', 'Say which documents.', ['files']);
    const contact = await context.data(Contact).get(to);
    const address = addressOf(contact);
    const documents = await Promise.all(files.map((id) => readableFile(context, id)));
    const { userId } = context.actor;
    const id = context.ids.next(DocumentShare.idPrefix);
    const until = new Date(context.clock.now().getTime() + days * 86_400_000).toISOString();
    const mail = await queueMail(context, {
      to: [address],
      template: 'documents',
      locale: localeOf(contact.language, context.actor.locale),
      data: {
        subject,
        message,
        name: contact.firstName ?? contact.name,
        names: documents.map(({ name }) => name),
        until,
      },
      record: contact.id,
      links: [{ name: 'open', purpose, record: id, until }],
      ...(userId !== undefined && { owner: userId }),
    });
    return context.data(DocumentShare).create(
      {
        contact: contact.id,
        files,
        subject,
        until,
        mail: mail.id,
        views: 0,
        downloads: [],
        ...(contact.account !== undefined && { account: contact.account }),
        ...(message !== undefined && { message }),
        ...(opportunity !== undefined && { opportunity }),
        ...(userId !== undefined && { owner: userId }),
      },
      { id },
    );
  },
});

const addressOf = ({ email, name }: ContactRow): string => {
  if (email !== undefined) return email;
  throw new DomainError('NO_EMAIL', `${name} has no e-mail address.`, ['contact']);
};

export const revokeDocuments = mutation('revokeDocuments', {
  describes: 'Ends the link under which documents were sent: the page says that they are no longer there.',
  needs: 'documentShare.update',
  input: { id: ref('DocumentShare', { describes: 'What was sent.' }) },
  returns: DocumentShare,
  run: async ({ id }: { readonly id: string }, context: Context) => {
    const share = await context.data(DocumentShare).get(id);
    return share.status === 'REVOKED' ? share : context.data(DocumentShare).move(share, 'REVOKED');
  },
});
