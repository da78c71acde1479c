import {
  choice,
  defaulted,
  derived,
  entity,
  integer,
  list,
  longText,
  noOwner,
  object,
  optional,
  phone,
  ref,
  text,
  url,
  type Row,
} from '#kernel';
import { lineProblems } from './phone-line.rules.ts';

/** What is kept secret of a line. */
export const lineSecrets = ['SIGNING', 'ACCESS'] as const;
/** One of them. */
export type LineSecret = (typeof lineSecrets)[number];

const extension = object('PhoneExtension', {
  extension: text({ max: 20, describes: 'What the PBX calls the telephone: 104.' }),
  user: ref('User', { describes: 'Whose telephone it is.' }),
});

/** What a call opens by the number that was called or by what was chosen in the menu. */
const route = object('PhoneRoute', {
  called: optional(phone({ describes: 'Calls to this number of ours; to any when absent.' })),
  choice: optional(text({ max: 40, describes: 'Calls of those who chose this in the menu; of all when absent.' })),
  outcome: text({ max: 40, describes: 'What is opened: CASE.' }),
  recordKind: optional(text({ max: 60, describes: 'Of which kind: the key of a type of case.' })),
  owner: optional(ref('User', { describes: 'Who looks after it; who takes the call when absent.' })),
  team: optional(ref('Team', { describes: 'Which team looks after it.' })),
});

/** The connection to a telephone exchange. */
export const PhoneLine = entity('PhoneLine', {
  idPrefix: 'pli',
  describes:
    'The connection to a telephone exchange (PBX): it tells of calls at a hook, dials for us, and hands recordings over.',
  fields: {
    name: text({ max: 100, unique: true, search: 'words', describes: 'What people call it; no two alike.' }),
    number: optional(phone({ describes: 'The number that is shown to those who are called.' })),
    dialUrl: optional(
      url({ describes: 'Where the exchange takes calls to make: a POST with `{call, to, extension}`; https.' }),
    ),
    extensions: defaulted(list(extension, { max: 500, describes: 'Whose telephone is which.' }), []),
    routes: defaulted(list(route, { max: 50, describes: 'What calls open; the first that fits.' }), []),
    team: optional(ref('Team', { describes: 'Who calls back those that nobody answered and nobody looks after.' })),
    recordingNotice: optional(
      longText({
        max: 1000,
        describes: 'What the exchange tells people before it records them; kept with each recording as proof of that.',
      }),
    ),
    recordingDays: defaulted(integer({ min: 1, max: 3650, describes: 'For how many days recordings are kept.' }), 90),
    secrets: derived(
      list(choice(lineSecrets, { named: 'PhoneLineSecretName' }), {
        max: 2,
        describes: 'Which secrets are set. What they are, nobody reads.',
      }),
    ),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
  prepare: (_, before) => (before ? {} : { secrets: [] }),
  check: (line) => lineProblems(line),
  events: { secured: 'Its secrets were set anew.' },
});

/** A line, as code sees it. */
export type PhoneLineRow = Row<typeof PhoneLine>;

/** The secrets of a line, sealed; apart from it, so that no list and no event shows them. */
export const PhoneLineSecret = entity('PhoneLineSecret', {
  idPrefix: 'phs',
  describes: 'The secrets of a telephone line, sealed for its tenant.',
  fields: {
    line: ref('PhoneLine', { describes: 'Whose they are.' }),
    sealed: longText({ max: 20_000, sensitive: true, describes: 'What was sealed.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  internal: true,
  title: ({ line }) => line,
});
