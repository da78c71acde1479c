import { createHash } from 'node:crypto';
import type { Identity } from './identity.rules.ts';
import { soundOf } from './sounds.rules.ts';

/** More members than this and a key says nothing: half the town has it. */
export const mostInBlock = 200;

/** The keys under which those are found who may be the same. Two who share none are not compared. */
export const blocksOf = (identity: Identity): readonly string[] => [
  ...[nameBlock(identity)].filter((key) => key !== undefined),
  ...identity.emails.map(emailBlock),
  ...identity.phones.map((national) => block('phone', national.slice(1))),
  ...rareBlocks(identity),
];

/** Hashed: a key lies in the table for each record, and need not say a name to be compared. */
const block = (kind: string, key: string): string =>
  `${kind}#${createHash('sha256').update(key).digest('base64url').slice(0, 16)}`;

/** How the name sounds: of a person first and last name in any order, one alone tells nobody apart; of a company all its words. */
export const nameBlock = ({ kind, names }: Identity): string | undefined => {
  if (names.length < (kind === 'PERSON' ? 2 : 1)) return undefined;
  return kind === 'PERSON' ? block('name', soundsOf(endsOf(names))) : block('company', soundsOf(names));
};

const soundsOf = (names: readonly string[]): string => [...new Set(names.map(soundOf))].sort().join(' ');

/** A mailbox. */
export const emailBlock = (mailbox: string): string => block('email', mailbox);

/** What few records have: tax number; of a person birthday, and place with either name; of a company its longest word. */
export const rareBlocks = (identity: Identity): readonly string[] => [
  ...(identity.taxId === undefined ? [] : [block('tax', identity.taxId.slice(0, 10))]),
  ...(identity.kind === 'PERSON' ? personBlocks(identity) : companyBlocks(identity)),
];

const personBlocks = ({ names, birthday, places }: Identity): readonly string[] => [
  ...(birthday === undefined ? [] : [block('born', birthday)]),
  ...places
    .filter(({ postcode }) => postcode !== '')
    .flatMap(({ postcode }) => placeBlocks(postcode, endsOf(names).map(soundOf))),
];

const placeBlocks = (postcode: string, sounds: readonly string[]): readonly string[] =>
  sounds.map((sound) => block('place', `${postcode} ${sound.slice(0, 2)}`));

/** First and last of the names: those in between are left out by many forms. */
const endsOf = (names: readonly string[]): readonly string[] => [...names.slice(0, 1), ...names.slice(1).slice(-1)];

const companyBlocks = ({ names }: Identity): readonly string[] => {
  const [longest] = [...names].sort((left, right) => right.length - left.length);
  return longest === undefined ? [] : [block('word', soundOf(longest))];
};

/** Records that one is compared with at most: a hundred shops of one name cost the last no more than the fiftieth. */
const mostCompared = 50;

/** Those first who share most keys: who shares only what many share is left out. */
export const mostShared = (found: readonly string[]): readonly string[] => {
  const shared = new Map<string, number>();
  for (const id of found) shared.set(id, (shared.get(id) ?? 0) + 1);
  const ranked = [...shared].sort(([one, left], [other, right]) => right - left || (one < other ? -1 : 1));
  return ranked.slice(0, mostCompared).map(([id]) => id);
};
