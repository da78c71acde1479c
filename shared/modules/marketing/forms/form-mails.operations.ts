import { DomainError, type Context } from '#kernel';
import { queueMail } from '#modules/platform/mail-out';
import { confirmBy } from './confirm-time.rules.ts';
import type { FormRow } from './form.entity.ts';
import type { SubmissionRow } from './form-submission.entity.ts';

/** Who is asked: the address may be absent, since not every form asks for one. */
type Asked = Pick<SubmissionRow, 'id' | 'locale'> & { readonly email?: string | undefined };
/** What a link in a mail confirms: the submission, or what was agreed to with it. The mail is called as the page behind it. */
export type Confirming = 'form-confirm' | 'form-agreement';

/** Sends a mail with a link to whoever sent a form. Answers whether that can be done: not where the address takes no mail. */
export const mailFormLink = async (
  context: Context,
  form: FormRow,
  { id, email, locale }: Asked,
  purpose: Confirming,
  data: Readonly<Record<string, unknown>> = {},
): Promise<boolean> => {
  if (email === undefined) return false;
  try {
    await queueMail(context, {
      ...{ to: [email], template: purpose, locale },
      data: { form: form.title[locale], ...data },
      links: [{ name: 'confirm', purpose, record: id, until: confirmBy(context.clock.now(), form.confirmDays) }],
    });
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'SUPPRESSED') return false;
    throw error;
  }
};

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
  {
    key: 'form-agreement',
    es: {
      subject: 'Confirme su consentimiento: {{ form }}',
      body: `<p>En el formulario «{{ form }}» se ha aceptado lo siguiente con su dirección:</p>
<ul>{% for wording in wordings %}<li>{{ wording }}</li>{% endfor %}</ul><p>Si ha sido usted, confírmelo en esta página:</p>
{{ buttons.confirm | raw }}<p>Si no, no haga nada: sin su confirmación no vale.</p>`,
    },
    en: {
      subject: 'Please confirm your consent: {{ form }}',
      body: `<p>With the form "{{ form }}" and your address somebody agreed to this:</p>
<ul>{% for wording in wordings %}<li>{{ wording }}</li>{% endfor %}</ul><p>If that was you, please confirm it on this page:</p>
{{ buttons.confirm | raw }}<p>If not, do nothing: without your confirmation it does not count.</p>`,
    },
  },
] as const;
