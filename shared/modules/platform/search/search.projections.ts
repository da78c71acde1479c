import { projection, type AnyEntity, type AnyRow, type ProjectedItem } from '#kernel';
import { partitionOf } from './terms.rules.ts';
import { isSearchable, phoneEntries, tokensOf, type Tokens } from './tokens.rules.ts';

/** One entry of the index for each word of a record. Its phone numbers stand in gsi4, some times each, on entries that are there anyway. */
export const searchTokens = projection('search', {
  describes: 'The words and phone numbers by which records are found.',
  of: ['*'],
  items: (row, of) => (row.archivedAt === undefined && isSearchable(of) ? entriesOf(of, row) : []),
});

const entriesOf = (of: AnyEntity, row: AnyRow): readonly ProjectedItem[] => {
  const tokens = tokensOf(of, row);
  const attributes = attributesOf(of, row, tokens);
  const place = `#${newestFirst(row.createdAt)}#${row.id}`;
  const placeOf = (kind: 'word' | 'phone', token: string) => ({
    partition: partitionOf(kind, token),
    sort: `${token}${place}`,
  });
  const words = [...(tokens.keys.size > 0 ? tokens.keys : tokens.words)].map((word) => placeOf('word', word));
  const numbers = [...new Set([...tokens.phones].flatMap(phoneEntries))].map((number) => placeOf('phone', number));
  return Array.from({ length: Math.max(words.length, numbers.length) }, (_, nth) =>
    entryAt(words[nth], numbers[nth]),
  ).map((entry) => ({ ...entry, attributes }));
};

type Place = Pick<ProjectedItem, 'partition' | 'sort'>;

/** An entry lies where its word is, or, where there are more numbers than words, where a number would be. */
const entryAt = (word: Place | undefined, number: Place | undefined): ProjectedItem => ({
  partition: '',
  sort: '',
  ...(word ?? number),
  ...(number && { also: number }),
});

/** What an entry says about its record, so that a search can leave out what does not match before it reads rows. */
const attributesOf = (of: AnyEntity, row: AnyRow, { words, phones }: Tokens) => ({
  type: of.name,
  words: ` ${[...words].join(' ')}`,
  ...(phones.size > 0 && { phones: [...phones].join(' ') }),
  ...(row.ownerId !== undefined && { ownerId: row.ownerId }),
  ...(row.teamId !== undefined && { teamId: row.teamId }),
});

/** Seconds counted backwards, so that among equal words the newest records come first. */
const newestFirst = (createdAt: string): string =>
  String(9_999_999_999 - Math.floor(Date.parse(createdAt) / 1000)).padStart(10, '0');
