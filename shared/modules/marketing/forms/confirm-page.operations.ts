import { DomainError, publicPage, type Context } from '#kernel';
import { markup, refusalPage, webPage, type Locale } from '#modules/platform/links';
import { brandOf, queueMail } from '#modules/platform/mail-out';
import { Form, type FormRow } from './form.entity.ts';
import { FormSubmission, type SubmissionRow } from './form-submission.entity.ts';
import { formWords } from './form-words.rules.ts';
import { confirmBy } from './confirm-time.rules.ts';

const purpose = 'form-confirm';

type Asked = Pick<SubmissionRow, 'id'> & { readonly email: string | undefined; readonly locale: Locale };

/** Asks by mail to confirm a submission. Answers whether that can be done: not where the address is known to take no mail. */
export const mailConfirmation = async (
  context: Context,
  form: FormRow,
  { id, email, locale }: Asked,
): Promise<boolean> => {
  if (email === undefined) return false;
  try {
    await queueMail(context, {
      ...{ to: [email], template: 'form-confirm', locale },
      data: { form: form.title[locale] },
      links: [{ name: 'confirm', purpose, record: id, until: confirmBy(context.clock.now(), form.confirmDays) }],
    });
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'SUPPRESSED') return false;
    throw error;
  }
};

/** The page behind the link of that mail: seeing it changes nothing, since programs that check mails see it too. */
export const confirmPage = publicPage(purpose, {
  describes: 'Lets whoever sent a form confirm that by mail (double opt-in).',
  refuse: refusalPage,
  run: async ({ link, method }, context) => {
    const submissions = context.trusted(FormSubmission);
    const submission = await submissions.get(link.record);
    const { locale } = submission;
    const words = formWords[locale];
    const [form, { name, colour }] = await Promise.all([context.trusted(Form).get(submission.form), brandOf(context)]);
    const page = { title: words.confirmTitle, locale, sender: name, colour };
    if (submission.status === 'EXPIRED') throw new DomainError('LINK_EXPIRED', 'This can no longer be confirmed.');
    if (submission.status === 'UNCONFIRMED' && method === 'GET') return webPage(200, { ...page, body: ask(locale) });
    if (submission.status === 'UNCONFIRMED')
      submissions.move(submission, 'RECEIVED', { confirmedAt: context.clock.instant() });
    return webPage(200, { ...page, body: markup`<p>${form.thanks?.[locale] ?? words.confirmed}</p>` });
  },
});

const ask = (locale: Locale) =>
  markup`<p>${formWords[locale].confirmAsk}</p>
    <form method="post">
      <div class="choices"><button class="main">${formWords[locale].confirm}</button></div>
    </form>`;

/** What is asked by mail; a tenant's own template of the same key replaces it. */
export const formTemplates = [
  {
    key: 'form-confirm',
    es: {
      subject: 'Confirme su envío: {{ form }}',
      body: `<p>Hemos recibido su envío del formulario «{{ form }}». Confírmelo, por favor, en esta página:</p>
{{ buttons.confirm | raw }}<p>Si no lo ha enviado usted, no haga nada.</p>`,
    },
    en: {
      subject: 'Please confirm: {{ form }}',
      body: `<p>We received the form "{{ form }}" with your address. Please confirm it on this page:</p>
{{ buttons.confirm | raw }}<p>If you did not send it, do nothing.</p>`,
    },
  },
] as const;
