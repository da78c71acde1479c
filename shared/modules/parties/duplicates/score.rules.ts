import type { Identity, Place } from './identity.rules.ts';
import { alike, alikeCodes, alikeWords } from './similarity.rules.ts';
import { soundOf } from './sounds.rules.ts';

/** What two identities have in common, field by field, and what that comes to. */
export type Match = {
  /** 0 to 1. */
  readonly score: number;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
};
/** `CERTAIN` may be merged at once by a person; `REVIEW` needs a look; everybody else is `DIFFERENT`. */
export type Verdict = 'CERTAIN' | 'REVIEW' | 'DIFFERENT';
/** One field of a match: how alike, 0 to 1, and how much that counts. */
export type Reason = { readonly field: ReasonField; readonly similarity: number; readonly weight: number };
/** What is compared. */
export type ReasonField = 'name' | 'email' | 'phone' | 'taxId' | 'birthday' | 'address';

const weights: Readonly<Record<ReasonField, number>> = {
  name: 4,
  email: 3,
  phone: 3,
  taxId: 5,
  birthday: 3,
  address: 2,
};

export const certainFrom = 0.93;
export const reviewFrom = 0.8;

/** Compares two identities by what both have. */
export const compareIdentities = (left: Identity, right: Identity): Match => {
  const reasons = reasonsOf(left, right);
  const weight = reasons.reduce((sum, reason) => sum + reason.weight, 0);
  const score = weight === 0 ? 0 : reasons.reduce((sum, reason) => sum + reason.similarity * reason.weight, 0) / weight;
  return { score, verdict: verdictOf(score, reasons), reasons };
};

const verdictOf = (score: number, reasons: readonly Reason[]): Verdict => {
  const of = (field: ReasonField): number => reasons.find((reason) => reason.field === field)?.similarity ?? 0;
  const isProven = of('taxId') === 1 || of('email') === 1;
  if (score >= certainFrom || (isProven && of('name') >= 0.8)) return 'CERTAIN';
  return score >= reviewFrom ? 'REVIEW' : 'DIFFERENT';
};

const reasonsOf = (left: Identity, right: Identity): readonly Reason[] => {
  const compared: readonly (readonly [ReasonField, number | undefined])[] = [
    ['name', both(left.names, right.names, () => namesAlike(left, right))],
    ['email', both(left.emails, right.emails, bestOf(mailboxesAlike))],
    ['phone', both(left.phones, right.phones, bestOf(alikeCodes))],
    ['taxId', both(one(left.taxId), one(right.taxId), bestOf(alikeCodes))],
    ['birthday', both(one(left.birthday), one(right.birthday), bestOf(daysAlike))],
    ['address', both(left.places, right.places, bestOf(placesAlike))],
  ];
  return compared.flatMap(([field, similarity]) =>
    similarity === undefined ? [] : [{ field, similarity, weight: weights[field] }],
  );
};

const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);

const both = <T>(
  left: readonly T[],
  right: readonly T[],
  compare: (left: readonly T[], right: readonly T[]) => number,
): number | undefined => (left.length === 0 || right.length === 0 ? undefined : compare(left, right));

const bestOf =
  <T>(compare: (left: T, right: T) => number) =>
  (left: readonly T[], right: readonly T[]): number =>
    Math.max(...left.map((each) => Math.max(...right.map((other) => compare(each, other)))));

/** Given and family names may stand in each other's place; names that sound the same are all but equal. */
const namesAlike = (left: Identity, right: Identity): number => {
  const written = alikeWords(left.names, right.names);
  const said = alikeWords(left.names.map(soundOf), right.names.map(soundOf));
  return Math.max(written, said * 0.95);
};

const mailboxesAlike = (left: string, right: string): number => (left === right ? 1 : alikeCodes(left, right));

/** The same day, a digit apart, or day and month in each other's place. */
const daysAlike = (left: string, right: string): number => {
  const [year = '', month = '', day = ''] = right.split('-');
  return left === `${year}-${day}-${month}` ? 0.9 : alikeCodes(left, right);
};

const placesAlike = (left: Place, right: Place): number => {
  const parts: readonly (readonly [number, number | undefined])[] = [
    [3, both(left.street, right.street, alikeWords)],
    [1, left.city === '' || right.city === '' ? undefined : alike(left.city, right.city)],
    [1, left.postcode === '' || right.postcode === '' ? undefined : alikeCodes(left.postcode, right.postcode)],
  ];
  const known = parts.filter((part): part is readonly [number, number] => part[1] !== undefined);
  const weight = known.reduce((sum, [share]) => sum + share, 0);
  return weight === 0 ? 0 : known.reduce((sum, [share, value]) => sum + share * value, 0) / weight;
};
