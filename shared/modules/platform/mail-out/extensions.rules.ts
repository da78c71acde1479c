import { extended, longText, object, optional } from '#kernel';
import { paceFields } from '#modules/platform/quotas';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';

/** What mails add to people. */
export const userOfMail = {
  mailSignature: optional(
    longText({
      max: 2000,
      describes:
        'The lines below which the person signs mails, as plain text: below what is written freely, and where a template says {{ signature | raw }}.',
    }),
  ),
};

/** What mails add to the tenant. */
export const tenantOfMail = {
  mailPace: optional(
    object('MailPace', paceFields, {
      describes:
        'How fast mails go out, counted apart for marketing and for all others. What goes to users of the tenant alone, as notices do, has a line of its own and no part in perDay. What is too fast waits for its turn; nothing is dropped.',
    }),
  ),
};

/** A person with the signature. */
export const Signing = extended(User, userOfMail);
/** The tenant with its pace. */
export const Paced = extended(Tenant, tenantOfMail);
