import {
  actions,
  customFieldMap,
  mergeRules,
  wordOf,
  type AccessRules,
  type Problem,
  type Registry,
  type Row,
  type Scope,
} from '#kernel';
import { namedPermissions, noAccess } from './access.rules.ts';
import { builtInRoles, type NamedRole } from './built-in-roles.rules.ts';
import { guardsIn, withGuards } from './guarded-fields.rules.ts';
import type { Role } from './role.entity.ts';

type RoleRow = Row<typeof Role>;
type Grant = RoleRow['entities'][number];

/** Whoever has the role, as a holder of work that waits and of rights to read. */
export const roleHolder = (key: string): string => `role:${key}`;

/** What the role of a tenant grants. */
export const rulesOf = (
  registry: Registry,
  { entities, operations, hiddenFields, readOnlyFields }: Pick<RoleRow, keyof AccessRules>,
): AccessRules =>
  withGuards(registry, {
    entities: Object.fromEntries(entities.map((grant) => [grant.entity, reachIn(grant)])),
    ...{ operations, hiddenFields, readOnlyFields },
  });

/** An entity that a role names is no longer under its `*`; what it leaves out there is nothing. */
const reachIn = (grant: Grant): Readonly<Record<string, Scope>> =>
  Object.fromEntries(actions.map((action) => [action, grant[action] ?? 'none']));

/** Rules as the API lists them. */
export const grantsOf = ({ entities, ...rules }: AccessRules) => ({
  ...rules,
  entities: Object.entries(entities).map(([entity, reach]) => ({ entity, ...reach })),
});

/** The same for a role of one's own: what a permission guards is seen as soon as the role has that, and need not be named. */
export const ownGrantsOf = (registry: Registry, rules: AccessRules) => {
  const guarded = new Set(guardsIn(registry).flatMap(({ fields }) => fields));
  return grantsOf({ ...rules, hiddenFields: rules.hiddenFields.filter((field) => !guarded.has(field)) });
};

/** What several roles grant together; keys that no role has grant nothing. */
export const rulesOfKeys = (roles: ReadonlyMap<string, NamedRole>, keys: readonly string[]): AccessRules => {
  const held = keys.flatMap((key) => roles.get(key)?.rules ?? []);
  return held.length === 0 ? noAccess : mergeRules(held);
};

/** What names nothing that exists: entities, fields, permissions; and keys that are taken. */
export const roleProblems = (
  registry: Registry,
  role: Pick<RoleRow, 'key' | 'entities' | 'operations' | 'hiddenFields' | 'readOnlyFields'>,
): readonly Problem[] => [
  ...(builtInRoles(registry).has(role.key) ? [problem('NOT_UNIQUE', `${role.key} is a built-in role.`, ['key'])] : []),
  ...role.entities.flatMap(({ entity }, index) =>
    entity === '*' || registry.entities.has(entity)
      ? []
      : [problem('UNKNOWN_ENTITY', `There is no entity ${entity}.`, ['entities', index, 'entity'])],
  ),
  ...role.entities.flatMap(({ entity }, index) =>
    role.entities.findIndex((grant) => grant.entity === entity) === index
      ? []
      : [problem('BAD_INPUT', `${entity} is named twice.`, ['entities', index, 'entity'])],
  ),
  ...permissionProblems(registry, role.operations, ['operations']),
  ...fieldProblems(registry, role, 'hiddenFields'),
  ...fieldProblems(registry, role, 'readOnlyFields'),
];

const problem = (code: string, message: string, path: readonly (string | number)[]): Problem => ({
  code,
  message,
  path,
});

/** Permissions that no operation asks for. */
export const permissionProblems = (
  registry: Registry,
  permissions: readonly string[],
  path: readonly string[],
): readonly Problem[] => {
  const known = new Set(namedPermissions(registry));
  const words = new Set([...known].map((name) => name.slice(0, name.indexOf('.'))));
  const isKnown = (name: string): boolean =>
    name === '*' || known.has(name) || (name.endsWith('.*') && words.has(name.slice(0, -2)));
  return permissions.flatMap((name, index) =>
    isKnown(name) ? [] : [problem('UNKNOWN_PERMISSION', `There is no permission ${name}.`, [...path, index])],
  );
};

/** The same for what a key is cut down to: actions on entities too, and `*.read` for all of them. */
export const keyPermissionProblems = (
  registry: Registry,
  permissions: readonly string[],
  path: readonly string[],
): readonly Problem[] => {
  const words = new Set([...registry.entities.keys()].map(wordOf));
  const isAction = (name: string): boolean => {
    const [word = '', verb = ''] = name.split('.');
    return (actions as readonly string[]).includes(verb)
      ? word === '*' || words.has(word)
      : verb === '*' && words.has(word);
  };
  return permissions.flatMap((name, index) =>
    isAction(name)
      ? []
      : permissionProblems(registry, [name], path).map((each) => ({ ...each, path: [...path, index] })),
  );
};

const fieldProblems = (
  registry: Registry,
  role: Pick<RoleRow, 'hiddenFields' | 'readOnlyFields'>,
  list: 'hiddenFields' | 'readOnlyFields',
): readonly Problem[] =>
  role[list].flatMap((named, index) => {
    const [entity = '', field = '', own] = named.split('.');
    const of = registry.entities.get(entity);
    const isKnown = own === undefined ? of?.fields[field] !== undefined : of && own in customFieldMap(of);
    return isKnown
      ? []
      : [problem('UNKNOWN_FIELD', `There is no field ${named}; write it as Account.creditLimit.`, [list, index])];
  });

/** Users and keys name a role by its key, which therefore stays. */
export const keyStays = (after: Keyed, before?: Keyed): readonly Problem[] =>
  before && before.key !== after.key
    ? [problem('KEY_IS_FIXED', 'People and keys name a role by its key; copy it under another one instead.', ['key'])]
    : [];

type Keyed = { readonly key: string };
