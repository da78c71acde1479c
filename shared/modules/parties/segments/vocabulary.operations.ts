import { DomainError, list, object, operatorsOf, query, records, ref, text, type FieldMap, type Shape } from '#kernel';
import { quantifiers } from './criteria.rules.ts';
import { languageOf } from './definitions.operations.ts';
import { memberId } from './membership.operations.ts';
import { moments } from './moments.rules.ts';
import { bookId, SegmentBook } from './segment-book.entity.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { relationsOf, subjectsOf } from './subjects.rules.ts';

const fieldList = (describes: string) =>
  list(
    object('SegmentField', {
      name: text({ max: 60, describes: 'Its name; of a field within another `address.city`.' }),
      kind: text({ max: 20, describes: 'What it holds: text, choice, date, ref.' }),
      operators: list(text({ max: 20 }), { max: 30, describes: 'What may be asked of it.' }),
    }),
    { max: 500, describes },
  );

export const segmentCriteria = query('segmentCriteria', {
  describes: 'What criteria of segments may ask: fields, and what relates to the records.',
  needs: 'segment.read',
  input: { recordType: text({ max: 60, describes: 'Whose records: Account, Contact.' }) },
  returns: {
    fields: fieldList('Fields of the records that you may see.'),
    relations: list(
      object('SegmentRelation', {
        name: text({ max: 60, describes: 'Its name: `{name: {some: {...}}}`.' }),
        describes: text({ max: 300, describes: 'What it is.' }),
        fields: fieldList('What may be asked of each of them.'),
      }),
      { max: 50, describes: 'What relates to the records, or has happened to them.' },
    ),
  },
  run: ({ recordType }, { registry, actor }) => {
    const scheme = languageOf(registry, actor, true).schemeOf(recordType);
    if (!scheme) {
      const names = [...subjectsOf(registry).keys()].join(', ');
      throw new DomainError('BAD_INPUT', `Segments hold records of ${names}.`, ['recordType']);
    }
    const told = relationsOf(registry).filter(({ subject }) => subject === recordType);
    const relations = [...scheme.relations].map(([name, fields]) => ({
      name,
      describes: told.find((each) => each.name === name)?.describes ?? '',
      fields: spoken(fields),
    }));
    return Promise.resolve({ fields: spoken(scheme.fields), relations });
  },
});

type Spoken = { readonly name: string; readonly kind: string; readonly operators: readonly string[] };

const spoken = (fields: FieldMap, within = ''): readonly Spoken[] =>
  Object.entries(fields).flatMap(([name, { shape }]): readonly Spoken[] => {
    if (shape.kind === 'object') return spoken(shape.fields, `${within}${name}.`);
    const operators = [...operatorsOf(shape), ...besides(shape, within === '')];
    return operators.length === 0 ? [] : [{ name: `${within}${name}`, kind: shape.kind, operators }];
  });

/** What criteria ask besides what filters ask. */
const besides = (shape: Shape, isOwn: boolean): readonly string[] => {
  if (shape.kind === 'date' || shape.kind === 'dateTime') return moments;
  if (shape.kind === 'list' && shape.of.shape.kind === 'object') return quantifiers;
  return shape.kind === 'ref' && isOwn ? ['is'] : [];
};

export const segmentsOf = query('segmentsOf', {
  describes: 'The segments that a record is in, with when and why it entered.',
  needs: 'segment.read',
  input: { record: ref('*', { describes: 'Which record.' }) },
  returns: { members: records(SegmentMember, 'Its memberships.') },
  run: async ({ record }, context) => {
    const book = await context.trusted(SegmentBook).find(bookId);
    const entries = book?.entries ?? [];
    const ids = await Promise.all(entries.map(({ segment }) => memberId(context, segment, record)));
    const found = await context.data(SegmentMember).getMany(ids);
    return { members: [...found.values()].filter(({ archivedAt }) => archivedAt === undefined) };
  },
});
