import {
  boolean,
  choice,
  defaulted,
  entity,
  list,
  longText,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

const step = object('CallScriptStep', {
  title: text({ max: 120, describes: 'What the step is for: greeting, needs, date of the visit.' }),
  say: longText({ max: 2000, describes: 'What to say or ask.' }),
});

/** What people say on the telephone, step by step. */
export const CallScript = entity('CallScript', {
  idPrefix: 'csr',
  describes:
    'What people say and ask on the telephone, step by step; the call desk shows the first that fits the call.',
  fields: {
    name: text({ max: 100, unique: true, search: 'words', describes: 'What people call it; no two alike.' }),
    steps: list(step, { max: 50, describes: 'The steps, in order.' }),
    direction: optional(
      choice(['INBOUND', 'OUTBOUND'], {
        named: 'CallDirection',
        describes: 'For calls in or out; for both when absent.',
      }),
    ),
    line: optional(ref('PhoneLine', { describes: 'For calls at this line; at any when absent.' })),
    locale: defaulted(choice(['es', 'en'], { named: 'Locale', describes: 'The language that it is in.' }), 'es'),
    active: defaulted(boolean({ describes: 'Whether it is in use.' }), true),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
});

/** A script, as code sees it. */
export type CallScriptRow = Row<typeof CallScript>;
