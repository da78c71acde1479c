import type { AnyField, ChangesOf, FieldMap } from '#kernel';
import type { SettingKind, SettingValues } from '#modules/platform/settings';
import { CustomField } from './custom-field.entity.ts';
import { changeDefinition, definitionKind } from './custom-field.operations.ts';
import { allDefinitions } from './read-definitions.operations.ts';

/** What forms show, and what changes no record. */
const shownInForms = ['labels', 'help', 'section', 'order'] as const;

const settled: FieldMap = Object.fromEntries(
  Object.entries<AnyField>(CustomField.fields).filter(
    ([name, { presence }]) => !presence.startsWith('derived') && name !== 'recordType' && name !== 'key',
  ),
);
const ownFields: FieldMap = Object.fromEntries(
  shownInForms.map((name) => [name, { ...settled[name], presence: 'optional' } as AnyField]),
);

/** The definitions of own fields as settings: `CUSTOM_FIELD/Account.creditScore`. */
export const definitionSettings: SettingKind = {
  name: definitionKind,
  describes:
    'The definition of an own field; the key is `Account.creditScore`. A team or person may have it elsewhere in forms, under another label.',
  needs: 'customField.update',
  keys: async (context) => (await allDefinitions(context)).map(({ recordType, key }) => `${recordType}.${key}`),
  fields: () => settled,
  ownFields: () => ownFields,
  rows: async ({ trusted }, key) => {
    const row = await trusted(CustomField).findUnique('key', key);
    return row ? [row] : [];
  },
  standard: ([row]) =>
    row &&
    Object.fromEntries(Object.keys(settled).flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]]))),
  write: async (context, key, values) => {
    const row = await context.trusted(CustomField).findUnique('key', key);
    if (row) changeDefinition(context, row, asChanges(values));
  },
};

/** What is left out is cleared, where it can be. */
const asChanges = (values: SettingValues): ChangesOf<typeof CustomField> => {
  const cleared = Object.entries<AnyField>(settled).flatMap(([name, { presence }]) =>
    presence === 'optional' ? [name] : [],
  );
  return { ...Object.fromEntries(cleared.map((name) => [name, null])), ...values };
};
