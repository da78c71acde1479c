// The forms of text that mean something: one line, several lines, e-mail, phone, web address.
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** What one line may not hold: control characters, line ends, broken surrogates. */
export const controlInLine = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
/** What text of several lines may not hold. */
export const controlInText = /[\p{Cs}]|(?![\n\t])\p{Cc}/u;

const atom = /[\w!#$%&'*+/=?^`{|}~-]+/u.source;
const label = /[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?/u.source;

/** An address that a mail server would try: ASCII before the @ (64 at most), a domain with a dot after it, 254 in all. */
export const emailForm = new RegExp(
  `^(?=[^@]{1,64}@)(?=.{3,254}$)${atom}(?:\\.${atom})*@(?:${label}\\.)+(?!\\d+$)${label}$`,
  'u',
);

/** The number in E.164, or undefined when it is none; national numbers need a country (ISO 3166-1 alpha-2). */
export const phoneIn = (text: string, country?: string): string | undefined => {
  if (text.length > 40) return undefined;
  const home = country !== undefined && isSupportedCountry(country) ? country : undefined;
  const found = parsePhoneNumberFromString(text, { extract: false, ...(home && { defaultCountry: home }) });
  return found?.isValid() && found.ext === undefined ? found.number : undefined;
};

/** Whether it is an http or https address without spaces, at most 2,048 characters. */
export const isWebAddress = (text: string): boolean =>
  text.length <= 2048 && /^https?:\/\/[^\s\p{Cc}\p{Cs}]+$/iu.test(text) && URL.canParse(text);
