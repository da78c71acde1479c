import { entity, integer, list, noOwner, object, text } from '#kernel';

/** What a field weighs. */
export const weightFields = {
  field: text({ max: 80, describes: 'The field: taxId, email, custom.segment.' }),
  weight: integer({ min: 0, max: 10, describes: 'How much it counts; 0 is not asked for.' }),
};

/** What a tenant asks of a kind of record. */
export const QualityStandard = entity('QualityStandard', {
  idPrefix: 'qst',
  describes:
    'What a record of a kind should have, how much each of it counts, and after how many days untouched it is stale.',
  fields: {
    recordType: text({ max: 60, unique: true, describes: 'The kind of record: Account, Contact, Lead.' }),
    weights: list(object('QualityWeight', weightFields), { max: 60, describes: 'What counts, and how much.' }),
    staleDays: integer({ min: 1, max: 3650, describes: 'After how many days untouched a record is stale.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'recordType' } },
  title: ({ recordType }) => recordType,
});
