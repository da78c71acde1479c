import { choice, forbidden, json, longText, mutation, optional, ref, text } from '#kernel';
import { User } from '#modules/platform/users';
import { Mail } from './mail.entity.ts';
import { asValues, wordingShown } from './mail-template.operations.ts';
import { queueMail } from './queue-mail.operations.ts';

const marks = { es: '[Prueba]', en: '[Test]' } as const;

export const sendTestMail = mutation('sendTestMail', {
  describes:
    'Sends a mail to oneself, to see it as a reader does: a template, or words that are not saved yet, with a record in the placeholders. It hangs on no record.',
  needs: 'mail.send',
  input: {
    template: optional(text({ max: 60, describes: 'The key of the template.' })),
    subject: optional(text({ max: 300, describes: 'In place of a template: a subject that is not saved yet.' })),
    body: optional(longText({ max: 100_000, describes: 'And its text: plain, in HTML or in MJML.' })),
    record: optional(ref('*', { describes: 'The record whose values stand in the placeholders.' })),
    data: optional(json({ describes: 'Further values for placeholders, by name.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: "Its language; one's own when not said." })),
  },
  returns: Mail,
  fails: ['SUPPRESSED', 'TEMPLATE_NOT_FOUND', 'TEMPLATE_INVALID'],
  run: async ({ record, data, locale: asked, ...shown }, context) => {
    if (context.actor.userId === undefined) throw forbidden('This key acts for nobody.');
    const reader = await context.trusted(User).get(context.actor.userId);
    const locale = asked ?? reader.locale ?? context.actor.locale;
    const wording = await wordingShown(context, shown, locale);
    return queueMail(context, {
      to: [reader.email],
      wording: { ...wording, subject: `${marks[locale]} ${wording.subject}` },
      data: asValues(data),
      locale,
      isTest: true,
      ...(record !== undefined && { record }),
    });
  },
});
