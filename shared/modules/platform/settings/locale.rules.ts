// Which of the languages of the product a person reads.
import type { Locale } from '#kernel';

/** The language of a BCP 47 tag such as `es-EC`, where the product speaks it; the other one when it does not, or none is said. */
export const localeOf = (language: string | undefined, otherwise: Locale): Locale => {
  const [spoken] = (language ?? '').split('-');
  return spoken === 'es' || spoken === 'en' ? spoken : otherwise;
};
