import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  file,
  integer,
  json,
  list,
  noOwner,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';

import { misreadings } from './letters.rules.ts';

/** What an import may do to records. */
export const importModes = ['CREATE_ONLY', 'UPDATE_ONLY', 'UPSERT'] as const;
/** Whose values stay where a record has others than the file. */
export const conflictPolicies = ['OVERWRITE', 'FILL_EMPTY', 'KEEP', 'NEWEST'] as const;

const alias = object('ImportAlias', {
  from: text({ max: 200, describes: 'What the file says, whatever its case.' }),
  to: text({ max: 200, describes: 'What it means.' }),
});

/** How a field gets its value from a row. */
export const ruleFields = {
  field: text({
    max: 120,
    describes: 'The field, as `importFields` lists it: `name`, `addresses.country`, `externalIds.erp`.',
  }),
  column: optional(text({ max: 200, describes: 'The column that it comes from.' })),
  template: optional(
    text({
      max: 500,
      describes: 'A text instead of a column; `{heading}` stands for the cell of that column: `{first} {last}`.',
    }),
  ),
  fallback: optional(text({ max: 500, describes: 'Taken where the cell is empty.' })),
  letters: optional(
    choice(['UPPER', 'LOWER', 'TITLE'], { named: 'ImportLetters', describes: 'How its letters are written.' }),
  ),
  dates: optional(
    choice(['YMD', 'DMY', 'MDY'], {
      named: 'ImportDates',
      describes: 'The order of day, month and year; days that begin with the year are always understood.',
    }),
  ),
  decimals: optional(
    choice(['POINT', 'COMMA'], {
      named: 'ImportDecimals',
      describes: 'What stands before decimals; guessed from each number when not said.',
    }),
  ),
  currency: optional(
    text({ max: 3, describes: "The currency of amounts that name none; the tenant's when not said." }),
  ),
  part: optional(choice(['FIRST_NAME', 'LAST_NAME'], { named: 'ImportNamePart', describes: 'A part of a full name.' })),
  values: optional(
    list(alias, { max: 500, describes: 'What single values of the file mean: `United States` is `US`.' }),
  ),
  lookupBy: optional(
    text({
      max: 80,
      describes:
        'For references: the field of the other record that the file names: `name`, `email`, `sku`, `externalIds.erp`, `id`.',
    }),
  ),
};
/** A rule of a mapping. */
export type ImportRule = Values<typeof ruleFields>;

const rules = list(object('ImportRule', ruleFields), { max: 200, describes: 'Where the fields get their values.' });

/** Own keys of a mapping. */
export const matchKeys = list(text({ max: 400 }), {
  max: 5,
  describes:
    'Keys by which a row finds its record, tried in order: a field, or several joined by `+`: `email`, `phone`, `lastName+birthday`. Compared without regard to case, accents and signs, phones as numbers. More than one record sends the row to the review queue.',
});
/** When a row was changed. */
export const changedColumn = text({
  max: 200,
  describes: 'For NEWEST: the column that says when a row was changed.',
});

/** What a mapping says besides its rules. */
export const planFields = {
  mode: defaulted(
    choice(importModes, { named: 'ImportMode', describes: 'Whether records are made, changed, or both.' }),
    'UPSERT',
  ),
  conflicts: defaulted(
    choice(conflictPolicies, {
      named: 'ImportConflicts',
      describes:
        'Where a record has another value: the file wins, only empty fields are filled, the record stays, or whichever was changed last wins.',
    }),
    'OVERWRITE',
  ),
  matchBy: optional(
    text({
      max: 80,
      describes: 'The field by which a row finds its record: an external id, a unique field, `email`, `name`.',
    }),
  ),
  matchKeys: optional(matchKeys),
  changedColumn: optional(changedColumn),
};

const columnFields = {
  name: text({ max: 210, describes: 'Its heading.' }),
  kind: choice(['EMPTY', 'TEXT', 'INTEGER', 'NUMBER', 'DATE', 'BOOLEAN', 'EMAIL', 'PHONE'], {
    named: 'ImportColumnKind',
    describes: 'What its cells look like.',
  }),
  filled: integer({ describes: 'How many cells are not empty.' }),
  samples: list(text({ max: 200 }), { max: 5, describes: 'Some of its values.' }),
  suggests: optional(text({ max: 120, describes: 'The field that it probably means.' })),
};
/** A column of a file. */
export type ImportColumn = Values<typeof columnFields>;

const repairFields = {
  misread: choice(misreadings, { named: 'ImportMisreading', describes: 'As what its letters were read before.' }),
  cells: integer({ describes: 'How many cells of the first thousand rows.' }),
  samples: list(
    object('ImportRepairSample', {
      was: text({ max: 200, describes: 'A cell as it is.' }),
      becomes: text({ max: 200, describes: 'What it would be.' }),
    }),
    { max: 5, describes: 'Some of them.' },
  ),
};

const profileFields = {
  encoding: text({
    max: 40,
    describes: 'How its letters are written: utf-8, windows-1252, utf-16le; xlsx for a workbook.',
  }),
  delimiter: text({ min: 0, max: 1, describes: 'What separates its cells.' }),
  hasHeader: boolean({ describes: 'Whether its first row names the columns.' }),
  rows: integer({ describes: 'How many rows it has, the header left out.' }),
  columns: list(object('ImportColumn', columnFields), { max: 500, describes: 'Its columns.' }),
  repair: optional(
    object('ImportRepair', repairFields, {
      describes:
        'Letters that somebody else has misread before (JosÃ©): `mapImport` puts them right when it is told to.',
    }),
  ),
};

const problemFields = {
  row: integer({ describes: 'The row of the file, its header being row 1.' }),
  column: optional(text({ max: 210, describes: 'The column, or the field where it comes from none.' })),
  code: text({ max: 60, describes: 'What is wrong, for programs.' }),
  message: text({ max: 300, describes: 'What is wrong, for people.' }),
};
/** What is wrong with a row. */
export type ImportProblem = Values<typeof problemFields>;

const count = (describes: string) => integer({ min: 0, describes });
const findingFields = {
  create: count('Records that would be made.'),
  update: count('Records that would be changed.'),
  unchanged: count('Rows that say what the records say.'),
  skip: count('Rows that would be left out.'),
  fail: count('Rows with errors.'),
  problems: list(object('ImportProblem', problemFields), { max: 100, describes: 'The first hundred errors.' }),
};
/** What a dry run found. */
export type ImportFindings = Values<typeof findingFields>;

/** A table that enters as records. */
export const Import = entity('Import', {
  idPrefix: 'imp',
  describes:
    'A table that enters as records: uploaded, profiled, mapped, tried without writing, then run. The same table again changes nothing.',
  fields: {
    recordType: text({ max: 60, describes: 'What its rows become: Account, Contact, Opportunity.' }),
    file: file({ describes: 'The uploaded table.' }),
    name: text({ max: 200, describes: 'The name of the file.' }),
    ...planFields,
    rules: defaulted(rules, []),
    table: derivedOptional(file({ describes: 'The table of an Excel workbook as CSV, as it is read.' })),
    repair: derivedOptional(
      choice(misreadings, { named: 'ImportMisreading', describes: 'The misreading of letters that is put right.' }),
    ),
    profile: derived(object('ImportProfile', profileFields, { describes: 'What the file looks like.' })),
    sample: derived(json<readonly (readonly string[])[]>({ describes: 'Its first rows, cell by cell.' })),
    findings: derivedOptional(object('ImportFindings', findingFields, { describes: 'What the dry run found.' })),
    dryRun: derivedOptional(ref('Job', { describes: 'The job of the dry run.' })),
    job: derivedOptional(ref('Job', { describes: 'The job that imports.' })),
    errorFile: derivedOptional(
      file({ describes: 'The rows that failed, with why, to be corrected and uploaded again.' }),
    ),
    finishedAt: derivedOptional(dateTime({ describes: 'When it ended.' })),
    owner: optional(ref('User', { describes: 'Who imports.' })),
  },
  states: {
    field: 'status',
    initial: 'UPLOADED',
    moves: {
      UPLOADED: ['PROFILED', 'FAILED'],
      PROFILED: ['MAPPED', 'CANCELLED'],
      MAPPED: ['MAPPED', 'VALIDATING', 'RUNNING', 'CANCELLED'],
      VALIDATING: ['READY', 'MAPPED', 'FAILED', 'CANCELLED'],
      READY: ['MAPPED', 'VALIDATING', 'RUNNING', 'CANCELLED'],
      RUNNING: ['PAUSED', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'],
      PAUSED: ['RUNNING', 'CANCELLED'],
      COMPLETED: [],
      COMPLETED_WITH_ERRORS: [],
      FAILED: ['RUNNING', 'MAPPED'],
      CANCELLED: [],
    },
    closedIn: ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'],
  },
  owner: ownedBy('owner'),
  keys: {
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
  },
  timeline: ['id'],
  title: ({ name }) => name,
});
/** An import, as code sees it. */
export type ImportRow = Row<typeof Import>;

/** A mapping that is kept for the next file of its kind. */
export const ImportMapping = entity('ImportMapping', {
  idPrefix: 'ima',
  describes: 'A mapping that is kept for the next file of its kind.',
  fields: {
    name: text({ max: 120, unique: true, describes: 'What people call it; no two alike.' }),
    recordType: text({ max: 60, describes: 'What the rows become.' }),
    ...planFields,
    rules,
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
});
