import { module } from '#kernel';
import { settingKinds } from '#modules/platform/settings';
import { CustomField } from './custom-field.entity.ts';
import { createCustomField, updateCustomField } from './custom-field.operations.ts';
import { serveLists } from './custom-field.reactions.ts';
import { definitionSettings } from './definition-settings.operations.ts';
import { exactValues } from './custom-tokens.projections.ts';

/** Fields that each tenant gives its records. */
export const customFields = module('platform/custom-fields', {
  entities: [CustomField],
  operations: [createCustomField, updateCustomField],
  projections: [exactValues],
  reactions: [serveLists],
  contributes: { [settingKinds]: [definitionSettings] },
});
export { CustomField, type CustomFieldRow } from './custom-field.entity.ts';
export { definitionsOf, readCustomFields } from './read-definitions.operations.ts';
