import { DomainError, given, longText, mutation, optional, recordInput, ref, type Context } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { queueMail } from '#modules/platform/mail-out';
import { Delivery } from './delivery.entity.ts';

export const sendDelivery = mutation('sendDelivery', {
  describes: 'Mails the document of an issued delivery to its contact, or to another contact of the account.',
  needs: 'delivery.send',
  input: {
    ...recordInput('Delivery'),
    contact: optional(ref('Contact', { describes: 'Who gets it; the contact of the delivery when absent.' })),
    message: optional(longText({ max: 5000, describes: 'What is said in the mail, in plain text.' })),
  },
  returns: Delivery,
  fails: ['NO_CONTACT', 'NO_EMAIL', 'SUPPRESSED'],
  run: async ({ id, contact: other, message }, context) => {
    const delivery = await context.data(Delivery).get(id);
    const { pdf, number } = delivery;
    if (pdf === undefined || number === undefined || delivery.status === 'CANCELLED')
      throw new DomainError('INVALID_STATE', `It is ${delivery.status}; issue it first.`, ['id']);
    const contact = await receiverOf(context, other ?? delivery.contact);
    await queueMail(context, {
      to: [contact.email],
      template: 'delivery',
      locale: delivery.locale ?? localeOf(contact.language, context.actor.locale),
      data: { number, name: contact.firstName ?? contact.name, message },
      record: id,
      attachments: [pdf],
      ...given({ owner: delivery.owner }),
    });
    const sentAt = context.clock.instant();
    return context.data(Delivery).update(delivery, { sentAt }, { event: 'delivery.sent', evenFrozen: true });
  },
});

const receiverOf = async (
  { data }: Context,
  id: string | undefined,
): Promise<ContactRow & { readonly email: string }> => {
  if (id === undefined) throw new DomainError('NO_CONTACT', 'Say which contact gets it.', ['contact']);
  const contact = await data(Contact).get(id);
  if (contact.email === undefined)
    throw new DomainError('NO_EMAIL', `${contact.name} has no e-mail address.`, ['contact']);
  return { ...contact, email: contact.email };
};
