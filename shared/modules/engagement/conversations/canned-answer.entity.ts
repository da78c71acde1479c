import { entity, longText, noOwner, optional, ref, text, type Row } from '#kernel';
import { cannedProblems } from './canned-answer.rules.ts';

/** An answer that is given often, in both languages. */
export const CannedAnswer = entity('CannedAnswer', {
  idPrefix: 'can',
  describes:
    'An answer that is given often. `{name}`, `{firstName}`, `{lastName}`, `{account}`, `{agent}` and `{company}` are filled in by themselves, other gaps by whoever sends it.',
  fields: {
    key: text({
      max: 60,
      pattern: /^[a-z0-9][a-z0-9-]*$/,
      unique: true,
      describes: 'What people type to find it: opening-hours; no two alike.',
    }),
    title: text({ max: 120, search: 'words', describes: 'What it answers.' }),
    es: optional(longText({ max: 4000, describes: 'In Spanish.' })),
    en: optional(longText({ max: 4000, describes: 'In English.' })),
    team: optional(ref('Team', { describes: 'Whose it is; everybody’s when not said.' })),
  },
  owner: noOwner,
  keys: { byKey: { gsi: 3, sort: 'key' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ title }) => title,
  check: (row) => cannedProblems(row),
});

/** A canned answer, as code sees it. */
export type CannedAnswerRow = Row<typeof CannedAnswer>;
