import type { Context } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { queueMail } from '#modules/platform/mail-out';

/** Days in which a person can answer. */
const linkDays = 14;
const day = 86_400_000;

/** Whether a person who was asked then can no longer answer. */
export const isLinkOver = (askedAt: string | undefined, now: string): boolean =>
  askedAt === undefined || Date.parse(now) - Date.parse(askedAt) > linkDays * day;

/** Asks a person by mail behind a link; further on the same link serves to withdraw. */
export const mailConsentLink = async (context: Context, proof: string, to: string, wording: string): Promise<void> => {
  const until = new Date(context.clock.now().getTime() + linkDays * day).toISOString();
  const link = await linkTo(context, { purpose: 'consent', record: proof, until });
  await queueMail(context, { to: [to], template: 'consent-asked', data: { wording, link } });
};

/** What is asked by mail; a tenant's own template of the same key replaces it. */
export const consentTemplates = [
  {
    key: 'consent-asked',
    es: {
      subject: 'Confirme, por favor',
      body: '<p>{{ wording }}</p><p>Si está de acuerdo, confírmelo aquí: <a href="{{ link }}">{{ link }}</a></p><p>Si no ha pedido nada, no haga nada: sin su confirmación no le escribiremos.</p>',
    },
    en: {
      subject: 'Please confirm',
      body: '<p>{{ wording }}</p><p>If you agree, confirm it here: <a href="{{ link }}">{{ link }}</a></p><p>If you asked for nothing, do nothing: without your confirmation we will not write.</p>',
    },
  },
] as const;
