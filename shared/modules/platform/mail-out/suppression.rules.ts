import type { Problem } from '#kernel';
import { emailForm } from '#kernel/validate-text';

/** The ways by which people are written to or called. */
export const channels = [
  'EMAIL',
  'SMS',
  'WHATSAPP',
  'MESSENGER',
  'INSTAGRAM',
  'TELEGRAM',
  'WEB_CHAT',
  'GENERIC',
  'PHONE',
  'POST',
] as const;
/** One of them. */
export type Channel = (typeof channels)[number];

/** Under what an address is known: that of a mail is unlike all others by its @. */
export const suppressionKey = (channel: Channel, address: string): string =>
  channel === 'EMAIL' ? address.trim() : `${channel} ${address.trim()}`;

const numberForm = /^\+[1-9]\d{5,14}$/;
const forms: Partial<Record<Channel, { readonly form: RegExp; readonly words: string }>> = {
  EMAIL: { form: emailForm, words: 'an e-mail address' },
  SMS: { form: numberForm, words: 'a phone number in E.164: +593991234567' },
  WHATSAPP: { form: numberForm, words: 'a phone number in E.164: +593991234567' },
  PHONE: { form: numberForm, words: 'a phone number in E.164: +593991234567' },
};

/** An address that its channel would never name would stop nothing. */
export const addressProblems = (channel: Channel, address: string): readonly Problem[] => {
  const known = forms[channel];
  if (!known || known.form.test(address)) return [];
  return [{ code: 'BAD_INPUT', message: `${address} is not ${known.words}.`, path: ['address'] }];
};
