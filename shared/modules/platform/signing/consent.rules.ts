import type { Locale } from '#kernel';
import { sha256 } from './chain.rules.ts';

/** What a signer agrees to. A text that was shown never changes: a new one is a new version, put before the others. */
export const consentTexts = [
  {
    id: 'consent-2026-11',
    es: 'He leído el documento y lo acepto. Acepto firmarlo electrónicamente, y que la firma que doy aquí me obligue como la que pongo de mi puño y letra. Sé que se guardan como prueba mi nombre, mi dirección de correo, la hora, la dirección IP y el navegador.',
    en: 'I have read the document and I accept it. I agree to sign it electronically, and that the signature which I give here binds me as one by my own hand does. I know that my name, my e-mail address, the time, the IP address and the browser are kept as evidence.',
  },
] as const;

/** The text in force, as a signature keeps it. */
export const consentIn = (locale: Locale) => {
  const [{ id, ...texts }] = consentTexts;
  return { id, locale, text: texts[locale], sha256: sha256(texts[locale]) };
};

/** The text that a signature names; nothing where its hash is not that of our text. */
export const consentText = (given: { readonly id: string; readonly locale: Locale; readonly sha256: string }) => {
  const text = consentTexts.find(({ id }) => id === given.id)?.[given.locale];
  return text !== undefined && sha256(text) === given.sha256 ? text : undefined;
};
