import { publicPage } from '#kernel';
import { markup, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { proveAgreements, wordingsOf } from './agreements.operations.ts';
import type { Confirming } from './form-mails.operations.ts';
import { FormSubmission, type SubmissionRow } from './form-submission.entity.ts';
import { formWords } from './form-words.rules.ts';

/** The page behind the link that asks somebody who is known already: seeing it changes nothing. */
export const agreementPage = publicPage('form-agreement' satisfies Confirming, {
  describes: 'Lets somebody who is known confirm what was agreed to with a form in their name.',
  refuse: refusalPage,
  run: async ({ link, method }, context) => {
    const submission = await context.trusted(FormSubmission).get(link.record);
    const { locale } = submission;
    const words = formWords[locale];
    const { name, colour } = await brandOf(context);
    if (method === 'POST') await proveAgreements(context, submission, context.clock.instant());
    const body = method === 'POST' ? markup`<p>${words.confirmed}</p>` : ask(submission);
    return webPage(200, { title: words.agreeTitle, locale, sender: name, colour, body });
  },
});

const ask = (submission: SubmissionRow): Html => {
  const { agreeAsk, confirm } = formWords[submission.locale];
  return markup`<p>${agreeAsk}</p>
    <ul>${wordingsOf(submission).map((wording) => markup`<li>${wording}</li>`)}</ul>
    <form method="post">
      <div class="choices"><button class="main">${confirm}</button></div>
    </form>`;
};
