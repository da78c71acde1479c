import { defaulted, DomainError, integer, list, object, optional, query, ref, text, type Context } from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { readCell, segmentSizes } from './facts.projections.ts';
import { SegmentMember, type Traits } from './segment-member.entity.ts';
import { Segment } from './segment.entity.ts';
import { subjectsOf } from './subjects.rules.ts';

const owner = 'owner';

export const segmentCounts = query('segmentCounts', {
  describes:
    'How many members a segment has that you may see, told apart by what you ask for: accounts by sector, zone, ownZone, lifecycle, size and ' +
    'owner, contacts by role, language and owner. From totals kept current: two requests, however many members there are.',
  needs: 'segment.read',
  on: 'Segment.counts',
  input: {
    segment: ref('Segment', { describes: 'Which segment.' }),
    by: defaulted(list(text({ max: 60 }), { max: 5, describes: 'What to tell apart.' }), []),
  },
  returns: {
    count: integer({ describes: 'How many in all.' }),
    groups: list(
      object('SegmentGroup', {
        values: list(
          object('SegmentTrait', {
            name: text({ max: 60, describes: 'What is told apart: sector.' }),
            value: optional(text({ max: 200, describes: 'Its value; absent where members have none.' })),
          }),
          { max: 5, describes: 'In the order in which they were asked for.' },
        ),
        count: integer({ describes: 'How many.' }),
      }),
      { max: 10_000, describes: 'The largest first.' },
    ),
  },
  run: async ({ segment: id, by }, context) => {
    const { recordType } = await context.data(Segment).get(id);
    assertKnown(context, recordType, by);
    const cells = await readRollup(context.ports.table, context.actor.tenant, segmentSizes.name, id);
    const groups = new Map<string, number>();
    for (const [cell, { members = 0 }] of cells) {
      const read = readCell(cell);
      if (members === 0 || !mayCount(context.actor, SegmentMember, read.owner)) continue;
      const key = JSON.stringify(by.map((name) => valueOf(name, read) ?? null));
      groups.set(key, (groups.get(key) ?? 0) + members);
    }
    const counted = [...groups].sort(([left, less], [right, more]) => more - less || (left < right ? -1 : 1));
    return {
      count: counted.reduce((sum, [, count]) => sum + count, 0),
      groups: counted.map(([key, count]) => ({ values: namedValues(by, key), count })),
    };
  },
});

/** A trait has a value only where members have one: what a kind of record is told apart by is asked of an empty record. */
const assertKnown = ({ registry }: Context, recordType: string, by: readonly string[]): void => {
  const subject = subjectsOf(registry).get(recordType);
  const known = [...Object.keys(subject?.traits(nobody) ?? {}), owner];
  const index = by.findIndex((name) => !known.includes(name));
  if (index !== -1) throw new DomainError('BAD_INPUT', `Members are told apart by ${known.join(', ')}.`, ['by', index]);
};

const nobody = { id: '', version: 0, createdAt: '', updatedAt: '', createdBy: '', updatedBy: '' };

const valueOf = (name: string, cell: { readonly traits: Traits; readonly owner: string }): string | undefined =>
  name === owner ? cell.owner || undefined : cell.traits[name];

const namedValues = (by: readonly string[], key: string) => {
  const values = JSON.parse(key) as readonly (string | null)[];
  return by.map((name, index) => {
    const value = values[index];
    return { name, ...(typeof value === 'string' && { value }) };
  });
};
