import { createHash } from 'node:crypto';
import type { Identity } from './identity.rules.ts';
import { soundOf } from './sounds.rules.ts';

/** More members than this and a key says nothing: half the town has it. */
export const mostInBlock = 200;

/** The keys under which those are found who may be the same. Two who share none are not compared. */
export const blocksOf = (identity: Identity): readonly string[] => [
  ...identity.emails.map((mailbox) => block('email', mailbox)),
  ...identity.phones.map((digits) => block('phone', digits.slice(-7))),
  ...(identity.taxId === undefined ? [] : [block('tax', identity.taxId.slice(0, 10))]),
  ...(identity.kind === 'PERSON' ? personBlocks(identity) : companyBlocks(identity)),
];

/** Hashed: a key lies in the table for each record, and need not say a name to be compared. */
const block = (kind: string, key: string): string =>
  `${kind}#${createHash('sha256').update(key).digest('base64url').slice(0, 16)}`;

/** First and last name in any order; the birthday; the place with either name. */
const personBlocks = ({ names, birthday, places }: Identity): readonly string[] => {
  const sounds = endsOf(names).map(soundOf).sort();
  return [
    ...(sounds.length > 0 ? [block('name', sounds.join(' '))] : []),
    ...(birthday === undefined ? [] : [block('born', birthday)]),
    ...places.filter(({ postcode }) => postcode !== '').flatMap((place) => placeBlocks(place.postcode, sounds)),
  ];
};

const placeBlocks = (postcode: string, sounds: readonly string[]): readonly string[] =>
  sounds.map((sound) => block('place', `${postcode} ${sound.slice(0, 2)}`));

/** First given and first family name: those in between are left out by many forms. */
const endsOf = (names: readonly string[]): readonly string[] =>
  names.length < 2 ? names : [names[0] ?? '', names.at(-1) ?? ''];

const companyBlocks = ({ names }: Identity): readonly string[] => {
  const sounds = [...new Set(names.map(soundOf))].sort();
  if (sounds.length === 0) return [];
  const longest = [...names].sort((left, right) => right.length - left.length)[0] ?? '';
  return [block('company', sounds.join(' ')), block('word', soundOf(longest))];
};
