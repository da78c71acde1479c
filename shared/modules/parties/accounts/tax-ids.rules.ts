/** What a look at a tax number says. */
export type TaxIdVerdict = 'VALID' | 'CHECK_DIGIT_WRONG' | 'NOT_CHECKED' | 'MALFORMED';

/** The kinds of tax number that are told apart. */
export type TaxIdType = 'RUC' | 'CEDULA' | 'PASSPORT' | 'VAT' | 'OTHER';

/** A number as it is kept: capitals and digits, without what people put between them. */
export const tidyTaxId = (number: string): string => number.toUpperCase().replace(/[\s.\-/]/g, '');

/** By which no two accounts share a number: it is unique in its country. */
export const taxKey = (number: string, country: unknown): string =>
  `${typeof country === 'string' ? country : ''}:${tidyTaxId(number)}`;

/** The kind that a number is taken for when nobody says: in Ecuador a cédula has ten digits, everything else should be a RUC. */
export const taxIdTypeOf = (number: string, country: string | undefined): TaxIdType => {
  if (country !== 'EC') return 'OTHER';
  return number.length === 10 ? 'CEDULA' : 'RUC';
};

/**
 * Whether a number can be one. Ecuador's are checked; a wrong check digit is a warning only, because its registry has issued
 * numbers that break their own rule (domain.md 1.6).
 */
export const checkTaxId = (number: string, type: TaxIdType, country: string | undefined): TaxIdVerdict => {
  if (country !== 'EC' || (type !== 'RUC' && type !== 'CEDULA')) return 'NOT_CHECKED';
  const digits = Array.from(number, Number);
  if (type === 'CEDULA') return isCedulaShaped(number) ? verdict(hasCedulaDigit(digits)) : 'MALFORMED';
  return isRucShaped(number) ? verdict(hasRucDigit(number, digits)) : 'MALFORMED';
};

const verdict = (isRight: boolean): TaxIdVerdict => (isRight ? 'VALID' : 'CHECK_DIGIT_WRONG');

/** 01 to 24 are provinces; 30 and 50 were given to residents abroad. */
const hasProvince = (number: string): boolean => /^(0[1-9]|1\d|2[0-4]|30|50)/.test(number);

const isCedulaShaped = (number: string): boolean =>
  /^\d{10}$/.test(number) && hasProvince(number) && /^..[0-6]/.test(number);

/** The third digit says whose it is: 0 to 5 a person's, 6 a public body's (or a person's), 9 a company's. */
const isRucShaped = (number: string): boolean =>
  /^\d{13}$/.test(number) && hasProvince(number) && /^..[0-69]/.test(number) && !number.endsWith('000');

const hasRucDigit = (number: string, digits: readonly number[]): boolean => {
  if (number[2] === '9') return hasCompanyDigit(digits) || hasPublicDigit(number, digits);
  if (number[2] === '6') return hasPublicDigit(number, digits) || hasCedulaDigit(digits);
  return hasCedulaDigit(digits);
};

/** Modulo 10; products above 9 count less 9. */
const hasCedulaDigit = (digits: readonly number[]): boolean => {
  const total = weigh(digits, [2, 1, 2, 1, 2, 1, 2, 1, 2], (product) => (product > 9 ? product - 9 : product));
  return (10 - (total % 10)) % 10 === digits[9];
};

const hasCompanyDigit = (digits: readonly number[]): boolean => isModulo11(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2]);

const hasPublicDigit = (number: string, digits: readonly number[]): boolean =>
  isModulo11(digits, [3, 2, 7, 6, 5, 4, 3, 2]) && !number.endsWith('0000');

/** The digit after the weighed ones; where 10 would be due, the number was never given out. */
const isModulo11 = (digits: readonly number[], weights: readonly number[]): boolean =>
  (11 - (weigh(digits, weights) % 11)) % 11 === digits[weights.length];

const weigh = (
  digits: readonly number[],
  weights: readonly number[],
  count = (product: number): number => product,
): number => weights.reduce((total, weight, index) => total + count(weight * (digits[index] ?? 0)), 0);
