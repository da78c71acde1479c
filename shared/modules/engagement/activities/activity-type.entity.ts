import { boolean, choice, defaulted, entity, integer, noOwner, object, optional, text } from '#kernel';

/** What an activity of a type is, for calendars and statistics. */
export const activityKinds = [
  'CALL',
  'EMAIL',
  'VISIT',
  'MEETING',
  'TASK',
  'DOCUMENTS',
  'PRESENTATION',
  'OTHER',
] as const;

/** A kind of work that the tenant plans and records, with its own name and defaults. */
export const ActivityType = entity('ActivityType', {
  idPrefix: 'aty',
  describes: 'A kind of work that people plan and record: a call, a visit, sending documents.',
  fields: {
    name: object(
      'ActivityTypeName',
      { es: text({ max: 60, describes: 'In Spanish.' }), en: text({ max: 60, describes: 'In English.' }) },
      { describes: 'Its name for people.' },
    ),
    key: text({ max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, unique: true, describes: 'Its name for programs, unique.' }),
    kind: defaulted(choice(activityKinds, { named: 'ActivityKind', describes: 'What it is.' }), 'TASK'),
    minutes: optional(integer({ min: 1, max: 1440, describes: 'Usual duration.' })),
    needsResult: defaulted(boolean({ describes: 'Cannot be completed without a result.' }), false),
    active: defaulted(boolean({ describes: 'Offered for new activities.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'key' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: (row) => row.name.es,
});
