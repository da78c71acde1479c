import { projection, rollup } from '#kernel';
import { SegmentMember, type Traits } from './segment-member.entity.ts';
import { relationsOf } from './subjects.rules.ts';

/** Where the facts of a relation lie in the partition of their subject. */
export const factPrefix = (relation: string): string => `fact#${relation}#`;

/**
 * Which records tell facts of a subject: what criteria ask of it is read from there, consistently. Only a record that comes to
 * concern somebody else moves its entry; whatever else it says is read from itself.
 */
export const segmentFacts = projection('segmentFacts', {
  describes: 'Which records tell of the accounts and contacts that they concern, for the criteria of segments.',
  of: ['*'],
  items: (row, of, registry) => {
    if (row.archivedAt !== undefined) return [];
    const told = relationsOf(registry).filter((relation) => relation.of.name === of.name);
    return told.flatMap(({ name, facts }) =>
      [...new Set(facts(row).map(({ subject }) => subject))].map((subject) => ({
        partition: subject,
        sort: `${factPrefix(name)}${row.id}`,
      })),
    );
  },
});

/** Members by what they are told apart by. The owner comes last: it says whose an actor may count. */
export const segmentSizes = rollup('segmentSizes', {
  describes: 'How many members a segment has, by their traits and owner.',
  of: SegmentMember,
  shards: 1,
  contributions: ({ segment, traits = {}, ownerId, archivedAt }) =>
    archivedAt !== undefined
      ? []
      : [{ partition: segment, cell: cellOf(traits, ownerId ?? ''), amounts: { members: 1 } }],
});

const cellOf = (traits: Traits, owner: string): string =>
  [...Object.entries(traits).sort().flat(), owner].map(encodeURIComponent).join('#');

/** The traits and the owner that a cell is of. */
export const readCell = (cell: string): { readonly traits: Traits; readonly owner: string } => {
  const words = cell.split('#').map(decodeURIComponent);
  const names = words.slice(0, -1);
  const pairs = names.flatMap((name, index) => (index % 2 === 0 ? [[name, names[index + 1] ?? '']] : []));
  return { traits: Object.fromEntries(pairs) as Traits, owner: words.at(-1) ?? '' };
};
