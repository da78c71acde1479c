import { boolean, choice, DomainError, list, mutation, object, optional, query, record, ref, text } from '#kernel';
import { readableFile } from '#modules/platform/files';
import { Job, startJob } from '#modules/platform/jobs';
import { importRows, rehearseImport } from './import.jobs.ts';
import {
  changedColumn,
  conflictPolicies,
  Import,
  ImportMapping,
  importModes,
  matchKeys,
  ruleFields,
  type ImportRow,
  type ImportRule,
} from './import.entity.ts';
import { misreadings } from './letters.rules.ts';
import { entityOf, openPlan } from './plan.rules.ts';
import { openUpload, profileOf } from './profile.operations.ts';
import { targetsOf } from './targets.rules.ts';

const fileFailures = [
  'UNKNOWN_ENTITY',
  'FILE_NOT_UPLOADED',
  'FILE_EMPTY',
  'FILE_TOO_LARGE',
  'FILE_IS_SPREADSHEET',
  'FILE_IS_BINARY',
  'FILE_MALFORMED',
  'TOO_MANY_COLUMNS',
  'TOO_MANY_ROWS',
];
const mappingFailures = ['UNKNOWN_FIELD', 'UNKNOWN_COLUMN', 'FIELD_MISSING', 'MATCH_MISSING', 'CHANGED_MISSING'];

export const createImport = mutation('createImport', {
  describes:
    'Takes an uploaded table and tells what it looks like: encoding, separator, columns with their kinds, and the fields that they probably mean.',
  needs: 'import.create',
  input: {
    recordType: text({ max: 60, describes: 'What the rows become: Account, Contact, Opportunity, Product, User.' }),
    file: ref('File', { describes: 'The uploaded file.' }),
    delimiter: optional(
      text({ max: 1, pattern: /^[,;|\t]$/, describes: 'What separates cells; found out when not said.' }),
    ),
    hasHeader: optional(boolean({ describes: 'Whether the first row names the columns; found out when not said.' })),
  },
  returns: Import,
  fails: fileFailures,
  run: async ({ recordType, file: id, delimiter, hasHeader }, context) => {
    entityOf(context.registry, recordType);
    const file = await readableFile(context, id);
    const { table, converted } = await openUpload(context, file, {
      ...(delimiter !== undefined && { delimiter }),
      ...(hasHeader !== undefined && { hasHeader }),
    });
    return context.data(Import).create({
      recordType,
      file: id,
      name: file.name,
      ...(converted !== undefined && { table: converted }),
      status: 'PROFILED',
      ...(await profileOf(context, recordType, table)),
      ...(context.actor.userId !== undefined && { owner: context.actor.userId }),
    });
  },
});

export const mapImport = mutation('mapImport', {
  describes:
    'Says which columns fill which fields, and how rows find their records. Without rules the suggested ones are taken; a kept mapping may be named instead.',
  needs: 'import.create',
  input: {
    id: ref('Import', { describes: 'Which import.' }),
    rules: optional(
      list(object('ImportRule', ruleFields), { max: 200, describes: 'Where the fields get their values.' }),
    ),
    mapping: optional(ref('ImportMapping', { describes: 'A kept mapping to take.' })),
    mode: optional(
      choice(importModes, {
        named: 'ImportMode',
        describes: 'Whether records are made, changed, or both; both when not said.',
      }),
    ),
    conflicts: optional(
      choice(conflictPolicies, {
        named: 'ImportConflicts',
        describes: 'What stays where values differ; the file wins when not said.',
      }),
    ),
    matchBy: optional(text({ max: 80, describes: 'The field by which a row finds its record.' })),
    matchKeys: optional(matchKeys),
    changedColumn: optional(changedColumn),
    repair: optional(
      choice(misreadings, {
        named: 'ImportMisreading',
        describes: 'Puts letters right that were misread so before; the profile offers it.',
      }),
    ),
    saveAs: optional(text({ max: 120, describes: 'Keeps the mapping under this name for the next file.' })),
  },
  returns: Import,
  fails: mappingFailures,
  run: async ({ id, mapping, saveAs, repair, ...given }, context) => {
    const row = await context.data(Import).get(id);
    const kept = mapping === undefined ? undefined : await context.data(ImportMapping).get(mapping);
    const plan = planOf(row, given, kept);
    openPlan(
      context.registry,
      { ...plan, recordType: row.recordType },
      row.profile.columns.map(({ name }) => name),
    );
    if (saveAs !== undefined) context.data(ImportMapping).create({ name: saveAs, recordType: row.recordType, ...plan });
    const changes = { ...noPlan, ...plan, repair: repair ?? null, findings: null };
    return row.status === 'MAPPED'
      ? context.data(Import).update(row, changes)
      : context.data(Import).move(row, 'MAPPED', changes);
  },
});

type PlanValues = Pick<ImportRow, 'rules' | 'mode' | 'conflicts' | 'matchBy' | 'matchKeys' | 'changedColumn'>;
const noPlan = { matchBy: null, matchKeys: null, changedColumn: null };

/** What was said, else what the kept mapping says, else what the profile suggests. */
const planOf = (row: ImportRow, given: Partial<PlanValues>, kept: PlanValues | undefined): PlanValues => {
  const { matchBy, matchKeys: keys, changedColumn: changed } = { ...kept, ...given };
  return {
    rules: given.rules ?? kept?.rules ?? suggestedRules(row),
    mode: given.mode ?? kept?.mode ?? 'UPSERT',
    conflicts: given.conflicts ?? kept?.conflicts ?? 'OVERWRITE',
    ...(matchBy !== undefined && { matchBy }),
    ...(keys !== undefined && { matchKeys: keys }),
    ...(changed !== undefined && { changedColumn: changed }),
  };
};

const suggestedRules = ({ profile }: ImportRow): readonly ImportRule[] =>
  profile.columns.flatMap(({ name, suggests }) => (suggests === undefined ? [] : [{ field: suggests, column: name }]));

const started = {
  import: record(Import, 'The import.'),
  job: record(Job, 'The job that does it.'),
};

export const validateImport = mutation('validateImport', {
  describes:
    'Tries all rows without writing: how many records would be made, changed or left, and the first hundred errors.',
  needs: 'import.create',
  input: { id: ref('Import', { describes: 'Which import.' }) },
  returns: started,
  run: async ({ id }, context) => {
    const row = await context.data(Import).get(id);
    const job = startJob(context, rehearseImport, { import: id }, { subject: id });
    return { import: context.data(Import).move(row, 'VALIDATING', { dryRun: job.id }), job };
  },
});

export const runImport = mutation('runImport', {
  describes: 'Lets the rows enter. It goes on in the background; `undoJob` of its job takes it back.',
  needs: 'import.create',
  input: { id: ref('Import', { describes: 'Which import; mapped, and better tried first.' }) },
  returns: started,
  run: async ({ id }, context) => {
    const row = await context.data(Import).get(id);
    const job = startJob(context, importRows, { import: id }, { subject: id });
    return { import: context.data(Import).move(row, 'RUNNING', { job: job.id }), job };
  },
});

const targetFields = {
  field: text({ max: 120, describes: 'Its name in rules.' }),
  kind: text({ max: 20, describes: 'What it holds: text, money, date, ref.' }),
  required: boolean({ describes: 'Whether a new record needs it.' }),
  options: optional(list(text({ max: 60 }), { max: 200, describes: 'Its options, where it is a choice.' })),
  refersTo: optional(text({ max: 60, describes: 'What it refers to.' })),
  describes: text({ min: 0, max: 500, describes: 'What it is.' }),
};

export const importFields = query('importFields', {
  describes: 'The fields that the columns of a table may fill.',
  needs: 'import.read',
  input: { recordType: text({ max: 60, describes: 'What the rows become.' }) },
  returns: {
    fields: list(object('ImportField', targetFields), { max: 1000, describes: 'In the order of the declaration.' }),
  },
  fails: ['UNKNOWN_ENTITY'],
  run: ({ recordType }, { registry }) => {
    const fields = targetsOf(registry, entityOf(registry, recordType)).map(({ path, field, required }) => {
      const { shape } = field;
      return {
        field: path,
        kind: shape.kind,
        required,
        describes: field.describes,
        ...(shape.kind === 'choice' && { options: shape.options }),
        ...(shape.kind === 'ref' && { refersTo: shape.to }),
      };
    });
    return Promise.resolve({ fields });
  },
});

export const cancelImport = mutation('cancelImport', {
  describes: 'Gives up an import that has not run.',
  needs: 'import.create',
  input: { id: ref('Import', { describes: 'Which import.' }) },
  returns: Import,
  run: async ({ id }, context) => {
    const row = await context.data(Import).get(id);
    if (row.status === 'RUNNING' || row.status === 'PAUSED')
      throw new DomainError('INVALID_STATE', 'It is at work; cancel its job.', ['id']);
    return context.data(Import).move(row, 'CANCELLED');
  },
});
