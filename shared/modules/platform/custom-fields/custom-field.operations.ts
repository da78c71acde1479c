import {
  change,
  creation,
  DomainError,
  filterFields,
  isCustomizable,
  recordInput,
  type AnyEntity,
  type ChangesOf,
  type Context,
  type InputOf,
  type Registry,
} from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { forget } from '#kernel/remember';
import { parseValue } from '#kernel/validate';
import { startJob } from '#modules/platform/jobs';
import { rebuild } from '#modules/platform/read-models';
import { assertNoApproval } from '#modules/platform/settings';
import { CustomField, type CustomFieldRow } from './custom-field.entity.ts';
import { allDefinitions, definitionsOf } from './read-definitions.operations.ts';
import { fieldFrom } from './shapes.rules.ts';

/** The kind of definitions as settings. */
export const definitionKind = 'CUSTOM_FIELD';

/** Most fields of a kind of record, those out of use included. */
const mostFields = 100;

export const createCustomField = creation(CustomField, 'createCustomField', {
  describes:
    'Gives a kind of record a field of the tenant’s own. It works at once in input, filters, imports, search, events and history.',
  needs: 'customField.create',
  input: {},
  returns: CustomField,
  fails: ['NOT_CUSTOMIZABLE', 'TOO_MANY_FIELDS'],
  run: async ({ values }, context) => {
    await assertRoom(context, values.recordType);
    const row = context.data(CustomField).create(values);
    assertFits(context, row);
    renew(context);
    return row;
  },
});

export const updateCustomField = change(CustomField, 'updateCustomField', {
  describes:
    'Changes the definition of a field: absent fields stay, null clears. Records that there are keep what they hold; what would break them is refused, with the way out.',
  needs: 'customField.update',
  input: recordInput('CustomField'),
  returns: CustomField,
  fails: ['NOT_CUSTOMIZABLE', 'DEFINITION_FIXED', 'KIND_WOULD_BREAK', 'OPTION_REMOVED', 'APPROVAL_NEEDED'],
  run: async ({ id, changes }, context) => {
    const before = await context.data(CustomField).get(id);
    await assertNoApproval(context, definitionKind, `${before.recordType}.${before.key}`);
    return changeDefinition(context, before, changes);
  },
});

/** Changes a definition, by the rules that keep the records of before. */
export const changeDefinition = (
  context: Context,
  before: CustomFieldRow,
  changes: ChangesOf<typeof CustomField>,
): CustomFieldRow => {
  const row = context.data(CustomField).update(before, changes);
  assertFits(context, row);
  renew(context);
  return row.searchable && !before.searchable ? findOlderOnes(context, row) : row;
};

/** Records of before are found once a job has been through all of them. */
const findOlderOnes = (context: Context, row: CustomFieldRow): CustomFieldRow => {
  startJob(context, rebuild, { entity: row.recordType }, { subject: row.id });
  return context.trusted(CustomField).update(row, { indexing: true });
};

/** This container sees the change at once, the others within a minute, and as soon as somebody uses what they do not know. */
const renew = (context: Context): void => {
  context.afterCommit(() => {
    forget(context, definitionsOf(context.actor.tenant));
    return Promise.resolve();
  });
};

const assertRoom = async (context: Context, recordType: InputOf<typeof CustomField>['recordType']): Promise<void> => {
  const own = (await allDefinitions(context)).filter((row) => row.recordType === recordType);
  if (own.length < mostFields) return;
  throw new DomainError('TOO_MANY_FIELDS', `A kind of record has at most ${String(mostFields)} own fields.`, [
    'recordType',
  ]);
};

/** What only the declarations know: whether there is such a kind of record, and what else its fields are called. */
const assertFits = ({ registry, actor }: Context, row: CustomFieldRow): void => {
  const of = entityOf(registry, row);
  if (row.key in of.fields || takenNames.has(row.key))
    throw new DomainError('BAD_INPUT', `${of.name} has a standard field ${row.key}; choose another key.`, ['key']);
  const { refersTo } = row;
  if (refersTo !== undefined && registry.entities.get(refersTo)?.internal !== false)
    throw new DomainError('BAD_INPUT', `There is no kind of record ${refersTo}.`, ['refersTo']);
  if (row.default !== undefined) parseValue(fieldFrom(row), row.default, { path: ['default'] });
  if (row.appliesTo !== undefined)
    checkFilter(standardFields(of), row.appliesTo, { path: ['appliesTo'], country: actor.country });
};

const standardFields = (of: AnyEntity) => {
  const { custom: _own, ...standard } = filterFields(of);
  return standard;
};

/** Names that every record has, and words of filters. */
const takenNames: ReadonlySet<string> = new Set([
  'id',
  'version',
  'createdAt',
  'updatedAt',
  'archivedAt',
  'ownerId',
  'teamId',
  'custom',
  'and',
  'or',
  'not',
  'isNull',
]);

const entityOf = (registry: Registry, { recordType }: CustomFieldRow): AnyEntity => {
  const of = registry.entities.get(recordType);
  if (of && isCustomizable(of)) return of;
  const names = [...registry.entities.values()].filter(isCustomizable).map(({ name }) => name);
  throw new DomainError(
    'NOT_CUSTOMIZABLE',
    `${recordType} takes no own fields; these do: ${names.sort().join(', ')}.`,
    ['recordType'],
  );
};
