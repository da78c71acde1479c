// What a customer does with the mails and pages of the product: opens links, signs, reads the code in the next mail.
import type { TestCloud } from './cloud.ts';

/** The first link to a kind of page in a mail. */
export const linkIn = (html: string | undefined, purpose: string): string =>
  new RegExp(`href="([^"]+/p/${purpose}/[^"]+)"`).exec(html ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';

/** Posts a form, as a button of a page does. */
export const post = (url: string, form: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });

/** Mails to an address whose subject has a word, the latest first. */
export const mailsTo = async (cloud: TestCloud, to: string, word: string) => {
  await cloud.idle();
  const mails = (await cloud.mailbox({ to })).filter(({ subject }) => subject.includes(word));
  return mails.sort((one, other) => (one.at < other.at ? 1 : -1));
};

/** Signs an offer on its page with the code that comes by mail. Answers the status of the page. */
export const signOffer = async (cloud: TestCloud, to: string, offer: string, code: string): Promise<number> => {
  const page = linkIn((await mailsTo(cloud, to, offer))[0]?.html, 'quote');
  await fetch(page);
  const signing = (await post(page, { sign: '1' })).headers.get('location') ?? '';
  await post(signing, { action: 'code' });
  const [latest] = await mailsTo(cloud, to, code);
  const digits = />(\d{6})</.exec(latest?.html ?? '')?.[1] ?? '';
  return (await post(signing, { action: 'sign', name: 'Ana Vera', consent: 'yes', code: digits })).status;
};
