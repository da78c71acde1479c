import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  json,
  list,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

/** How one of two values is chosen. */
export const mergeRules = ['SURVIVOR', 'LOSER', 'NON_EMPTY', 'NEWEST', 'LONGEST', 'UNION'] as const;
export type MergeRule = (typeof mergeRules)[number];

export const fieldChoice = object('MergeChoice', {
  field: text({ max: 80, describes: 'Which field.' }),
  rule: choice(mergeRules, {
    named: 'MergeRule',
    describes:
      "Whose value stays: the survivor's, the loser's, the one that is there, that of the record changed last, the longest, or all of both lists.",
  }),
});

/** Values as rows hold them, by field; null where there was none. */
export type Snapshot = Readonly<Record<string, unknown>>;

/** Two records that became one. */
export const Merge = entity('RecordMerge', {
  idPrefix: 'mrg',
  describes: 'Two records that became one: who stayed, what it took over, and until when they can be parted again.',
  fields: {
    survivor: ref('*', { describes: 'The record that stayed.' }),
    loser: text({ max: 60, describes: 'The id of the record that went into it; it still answers, with the survivor.' }),
    type: text({ max: 60, describes: 'What both are: Contact, Account.' }),
    choices: optional(list(fieldChoice, { max: 200, describes: 'Fields for which a rule was chosen.' })),
    before: derived(json<Snapshot>({ describes: "The survivor's values that the merge replaced.", sensitive: true })),
    after: derived(json<Snapshot>({ describes: 'The values that it put in their place.', sensitive: true })),
    freed: derived(
      json<Snapshot>({
        describes: 'Values that the loser gave up because no two records share them.',
        sensitive: true,
      }),
    ),
    job: derivedOptional(ref('Job', { describes: 'The job that moves what belonged to the loser.' })),
    partedBy: derivedOptional(ref('Job', { describes: 'The job that gives back what belonged to the loser.' })),
    undoUntil: derived(dateTime({ describes: 'Until when both can be parted.' })),
    mergedBy: optional(ref('User', { describes: 'Who merged them.' })),
  },
  states: {
    field: 'status',
    initial: 'MERGED',
    moves: { MERGED: ['PARTED'], PARTED: [] },
    closedIn: ['PARTED'],
  },
  owner: ownedBy('mergedBy'),
  keys: {
    bySurvivor: { gsi: 1, of: 'survivor', sort: 'createdAt' },
    byLoser: { link: 'loser', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
  },
  title: ({ type }) => `${type} merged`,
});

/** A merge, as code sees it. */
export type MergeRow = Row<typeof Merge>;
