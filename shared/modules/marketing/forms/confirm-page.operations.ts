import { DomainError, publicPage, type Locale } from '#kernel';
import { markup, refusalPage, webPage } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { Form } from './form.entity.ts';
import { FormSubmission } from './form-submission.entity.ts';
import { formWords } from './form-words.rules.ts';
import type { Confirming } from './form-mails.operations.ts';

/** The page behind the link of that mail: seeing it changes nothing, since programs that check mails see it too. */
export const confirmPage = publicPage('form-confirm' satisfies Confirming, {
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
