import {
  boolean,
  choice,
  change,
  creation,
  DomainError,
  forbidden,
  list,
  mutation,
  object,
  optional,
  problemsError,
  query,
  readOn,
  ref,
  signedIn,
  text,
  integer,
  actions,
  wordOf,
  type AccessRules,
  type Context,
  type Registry,
  type Row,
} from '#kernel';
import { excess, namedPermissions } from './access.rules.ts';
import { builtInRoles, type NamedRole } from './built-in-roles.rules.ts';
import { Role } from './role.entity.ts';
import { grantsOf, ownGrantsOf, roleProblems, rulesOf, rulesOfKeys } from './role.rules.ts';

type RoleRow = Row<typeof Role>;

const named = (registry: Registry, row: RoleRow): NamedRole => ({
  key: row.key,
  name: row.name,
  description: row.description ?? '',
  rules: rulesOf(registry, row),
});

/** Most roles of a tenant's own. */
const mostRoles = 1000;

/** All roles of the tenant by key: the built-in ones and its own. One request for each hundred. */
export const rolesOf = async ({
  trusted,
  registry,
}: Pick<Context, 'trusted' | 'registry'>): Promise<ReadonlyMap<string, NamedRole>> => {
  const { rows: own } = await readOn((asked) => trusted(Role).page('byName', asked), mostRoles);
  return new Map([
    ...own.map((row): [string, NamedRole] => [row.key, named(registry, row)]),
    ...builtInRoles(registry),
  ]);
};

/** Roles by key, those too that the index does not show yet. */
const rolesWith = async (context: Context, keys: readonly string[]): Promise<ReadonlyMap<string, NamedRole>> => {
  const roles = new Map(await rolesOf(context));
  for (const key of keys) {
    const row = roles.has(key) ? undefined : await context.trusted(Role).findUnique('key', key);
    if (row && row.archivedAt === undefined) roles.set(key, named(context.registry, row));
  }
  return roles;
};

/** Those of the keys that no role has. */
export const unknownRoles = async (context: Context, keys: readonly string[]): Promise<ReadonlySet<string>> => {
  if (keys.length === 0) return new Set();
  const roles = await rolesWith(context, keys);
  return new Set(keys.filter((key) => !roles.has(key)));
};

/** @throws UNKNOWN_ROLE */
const rolesNamed = async (
  context: Context,
  keys: readonly string[],
  path: readonly string[],
): Promise<ReadonlyMap<string, NamedRole>> => {
  const roles = await rolesWith(context, keys);
  const index = keys.findIndex((key) => !roles.has(key));
  if (index === -1) return roles;
  const message = `There is no role ${keys[index] ?? ''}. There are ${[...roles.keys()].join(', ')}.`;
  throw new DomainError('UNKNOWN_ROLE', message, [...path, index]);
};

/** @throws FORBIDDEN that names what is too much: nobody grants more than they hold */
export const assertGrantable = ({ actor, registry }: Pick<Context, 'actor' | 'registry'>, rules: AccessRules): void => {
  const tooMuch = excess(registry, actor.rules, rules);
  if (tooMuch.length === 0) return;
  const more = tooMuch.length > 5 ? ` and ${String(tooMuch.length - 5)} more` : '';
  throw forbidden(`Nobody grants more than they hold: ${tooMuch.slice(0, 5).join(', ')}${more}.`);
};

/** What roles named by key grant together. @throws UNKNOWN_ROLE, FORBIDDEN when that is more than the actor holds */
export const grantableRules = async (
  context: Context,
  keys: readonly string[],
  path: readonly string[] = ['roles'],
): Promise<AccessRules> => {
  const rules = rulesOfKeys(await rolesNamed(context, keys, path), keys);
  assertGrantable(context, rules);
  return rules;
};

const assertRole = (context: Context, role: RoleRow): RoleRow => {
  const problems = roleProblems(context.registry, role);
  if (problems.length > 0) throw problemsError(problems);
  assertGrantable(context, rulesOf(context.registry, role));
  return role;
};

const roleFailures = ['UNKNOWN_ENTITY', 'UNKNOWN_PERMISSION', 'UNKNOWN_FIELD', 'KEY_IS_FIXED'] as const;

export const createRole = creation(Role, 'createRole', {
  describes: 'Makes a role of the own. It may grant at most what you hold yourself.',
  needs: 'role.create',
  input: {},
  returns: Role,
  fails: roleFailures,
  run: ({ values }, context) => Promise.resolve(assertRole(context, context.data(Role).create(values))),
});

export const updateRole = change(Role, 'updateRole', {
  describes:
    'Changes a role of the own; who has it has the change within a minute. It may grant at most what you hold yourself.',
  needs: 'role.update',
  input: {
    id: ref('Role', { describes: 'Which one.' }),
    version: integer({
      min: 1,
      describes: 'The version that the change was made on; another one answers STALE_VERSION.',
    }),
  },
  returns: Role,
  fails: roleFailures,
  async run({ id, changes }, context) {
    const role = await context.data(Role).get(id);
    assertGrantable(context, rulesOf(context.registry, role));
    return assertRole(context, context.data(Role).update(role, changes));
  },
});

/** A role as it would be after a change, by the rules of a change. @throws what `updateRole` throws */
export const proposedRole = (
  context: Pick<Context, 'registry'>,
  role: RoleRow,
  changes: { readonly [F in 'entities' | 'operations' | 'hiddenFields' | 'readOnlyFields']?: RoleRow[F] | undefined },
): NamedRole => {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const after: RoleRow = { ...role, ...given };
  const problems = roleProblems(context.registry, after);
  if (problems.length > 0) throw problemsError(problems);
  return named(context.registry, after);
};

export const copyRole = mutation('copyRole', {
  describes: 'Copies a role, built in or own, under a new key, to be changed from there.',
  needs: 'role.create',
  input: {
    from: text({ max: 40, describes: 'The key of the role to copy.' }),
    key: text({ min: 2, max: 40, describes: 'The key of the copy.' }),
    name: text({ min: 1, max: 80, describes: 'What people call the copy.' }),
  },
  returns: Role,
  fails: ['UNKNOWN_ROLE'],
  async run({ from, key, name }, context) {
    const source = (await rolesOf(context)).get(from);
    if (!source) throw new DomainError('UNKNOWN_ROLE', `There is no role ${from}.`, ['from']);
    return assertRole(
      context,
      context
        .data(Role)
        .create({ key, name, description: source.description, ...ownGrantsOf(context.registry, source.rules) }),
    );
  },
});

const listedFields = {
  key: text({ describes: 'How users and keys name it.' }),
  name: text({ describes: 'What people call it.' }),
  description: text({ describes: 'For whom it is meant.' }),
  isBuiltIn: boolean({ describes: 'Whether it comes with the product; the others are the own ones.' }),
  entities: Role.fields.entities,
  operations: Role.fields.operations,
  hiddenFields: Role.fields.hiddenFields,
  readOnlyFields: Role.fields.readOnlyFields,
};

export const listRoles = query('roles', {
  describes: "All roles that may be assigned: the five built-in ones and the tenant's own, with all that they grant.",
  needs: 'role.read',
  input: {},
  returns: { roles: list(object('ListedRole', listedFields), { max: 1000, describes: 'Built-in ones first.' }) },
  async run(_input, context) {
    const builtIn = builtInRoles(context.registry);
    const own = [...(await rolesOf(context)).values()].filter(({ key }) => !builtIn.has(key));
    return { roles: [...builtIn.values(), ...own].map((role) => listed(role, builtIn.has(role.key))) };
  },
});

const listed = ({ rules, ...role }: NamedRole, isBuiltIn: boolean) => ({ ...role, isBuiltIn, ...grantsOf(rules) });

export const listPermissions = query('permissions', {
  describes: 'The names of all permissions: what a role can grant and a key can be cut down to.',
  needs: signedIn,
  input: {},
  returns: {
    permissions: list(
      object('Permission', {
        name: text({ describes: 'Such as quote.accept, or account.read.' }),
        kind: choice(['ENTITY', 'OPERATION'], {
          named: 'PermissionKind',
          describes: 'Whether it is granted as the reach over an entity, or by name.',
        }),
        describes: optional(text({ describes: 'What it opens.', max: 2000 })),
      }),
      { max: 5000, describes: 'By name.' },
    ),
  },
  run: (_input, { registry }) =>
    Promise.resolve({ permissions: [...entityPermissions(registry), ...operationPermissions(registry)] }),
});

const entityPermissions = (registry: Context['registry']) =>
  [...registry.entities.values()]
    .filter(({ internal }) => !internal)
    .flatMap((of) =>
      actions.map((action) => ({
        name: `${wordOf(of.name)}.${action}`,
        kind: 'ENTITY' as const,
        describes: of.describes,
      })),
    );

const operationPermissions = (registry: Context['registry']) => {
  const everything = [...registry.operations.values(), ...registry.jobs.values()];
  return namedPermissions(registry).map((name) => ({
    name,
    kind: 'OPERATION' as const,
    describes: everything
      .filter(({ needs }) => needs === name)
      .map(({ describes }) => describes)
      .join(' '),
  }));
};
