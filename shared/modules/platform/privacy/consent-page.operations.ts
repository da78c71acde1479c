import { publicPage, type Locale, type PageRequest } from '#kernel';
import { markup, refusalPage, webPage } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { ConsentProof, type ConsentProofRow } from './consent.entity.ts';
import { decideConsent } from './consent.operations.ts';

const wordings = {
  es: {
    title: 'Su consentimiento',
    yes: 'Sí, de acuerdo',
    no: 'No',
    withdraw: 'Retirar mi consentimiento',
    granted: 'Hecho: lo ha confirmado. Con este mismo enlace puede retirarlo.',
    refused: 'Hecho: no le escribiremos para esto.',
  },
  en: {
    title: 'Your consent',
    yes: 'Yes, I agree',
    no: 'No',
    withdraw: 'Withdraw my consent',
    granted: 'Done: you have confirmed it. The same link lets you withdraw it.',
    refused: 'Done: we will not contact you for this.',
  },
} as const;

/** The page behind the link of a mail that asks for consent: seeing it changes nothing, its form decides. */
export const consentPage = publicPage('consent', {
  describes: 'Shows a person what is asked, and takes the answer; later it lets the consent be withdrawn.',
  refuse: refusalPage,
  run: async (request, context) => {
    const proof = await context.trusted(ConsentProof).get(request.link.record);
    const { locale } = context.actor;
    const words = wordings[locale];
    const { name, colour } = await brandOf(context);
    const page = { title: words.title, locale, sender: name, colour };
    if (request.method === 'GET') return webPage(200, { ...page, body: formOf(proof, words) });
    const granted = new URLSearchParams(request.body).get('answer') === 'yes';
    decideConsent(context, proof, granted, {
      source: sourceOf(request),
      ...(granted && { confirmedAt: context.clock.instant() }),
    });
    return webPage(200, { ...page, body: markup`<p>${granted ? words.granted : words.refused}</p>` });
  },
});

const sourceOf = ({ path, ip, headers }: PageRequest): NonNullable<ConsentProofRow['source']> => ({
  how: 'PAGE',
  where: path.split('/').slice(0, 3).join('/'),
  ...(ip !== '' && { ip: ip.slice(0, 45) }),
  ...(headers['user-agent'] !== undefined && { userAgent: headers['user-agent'].slice(0, 300) }),
});

type Words = (typeof wordings)[Locale];

const formOf = ({ wording, status }: ConsentProofRow, words: Words) => {
  const yes = markup`<button class="main" name="answer" value="yes">${words.yes}</button>`;
  const no = markup`<button name="answer" value="no">${status === 'GRANTED' ? words.withdraw : words.no}</button>`;
  return markup`<p>${wording}</p>
    <form method="post">
      <div class="choices">${status === 'GRANTED' ? [no] : [yes, no]}</div>
    </form>`;
};
