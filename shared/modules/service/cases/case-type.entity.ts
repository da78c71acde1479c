import {
  boolean,
  choice,
  defaulted,
  entity,
  integer,
  list,
  longText,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { actionProblems, typeProblems } from './case-type.rules.ts';

/** What an action of a case does. */
export const actionKinds = ['MOVE', 'CREATE_ACTIVITY', 'SEND_MAIL'] as const;

const labelFields = {
  es: text({ max: 80, describes: 'In Spanish.' }),
  en: text({ max: 80, describes: 'In English.' }),
};
const labels = (describes: string) => object('CaseLabels', labelFields, { describes });

const key = (describes: string) => text({ max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, describes });

const actionFields = {
  key: key('Its name for programs, unique in the type.'),
  labels: labels('What its button says.'),
  does: choice(actionKinds, { named: 'CaseActionKind', describes: 'What it does.' }),
  statuses: defaulted(
    list(text({ max: 40 }), { max: 30, describes: 'Offered in these statuses; in all when empty.' }),
    [],
  ),
  status: optional(text({ max: 40, describes: 'MOVE: the status to go to.' })),
  activityType: optional(ref('ActivityType', { describes: 'CREATE_ACTIVITY: the kind of work.' })),
  subject: optional(text({ describes: "CREATE_ACTIVITY: what is to be done; the action's label when absent." })),
  dueInDays: optional(integer({ min: 0, max: 365, describes: 'CREATE_ACTIVITY: due after so many days; today.' })),
  template: optional(text({ max: 80, describes: 'SEND_MAIL: the key of the template, sent to the contact.' })),
};
/** A button of a type of case. */
export type CaseAction = Values<typeof actionFields>;

/** A kind of case: what it is called, the way it goes, what it asks for, what can be done with it. */
export const CaseType = entity('CaseType', {
  idPrefix: 'ctyp',
  describes:
    'A kind of case as the tenant defines it: its statuses are the stages of its pipeline, which say what each one requires; its own fields are custom fields of Case whose condition names the type.',
  fields: {
    key: text({
      max: 40,
      pattern: /^[A-Z][A-Z0-9_]*$/,
      unique: true,
      describes: 'Its name for programs, unique. It stays. OPPORTUNITY is the built-in one.',
    }),
    labels: labels('What people call it.'),
    note: optional(longText({ max: 2000, describes: 'What it is for.' })),
    pipeline: ref('Pipeline', { describes: 'Its statuses, in order: a pipeline of subject CASE.' }),
    series: optional(
      text({ max: 60, describes: 'The series of its numbers, as NumberSeries names it; one of its own when absent.' }),
    ),
    actions: defaulted(
      list(object('CaseAction', actionFields), { max: 20, describes: 'What can be done with such a case at a touch.' }),
      [],
    ),
    active: defaulted(boolean({ describes: 'Offered for new cases.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'key' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: (row) => row.labels.en,
  check: (after, before) => [...typeProblems(after, before), ...actionProblems(after.actions)],
});

/** A type of case, as code sees it. */
export type CaseTypeRow = Row<typeof CaseType>;
