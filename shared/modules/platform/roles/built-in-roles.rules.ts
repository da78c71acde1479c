// The five roles that every tenant has. They are code: made from the declarations, so that a new module is in them at once.
import {
  actions,
  fullAccess,
  wordOf,
  type AccessRules,
  type Action,
  type AnyEntity,
  type Registry,
  type Scope,
} from '#kernel';
import { namedPermissions } from './access.rules.ts';
import { withGuards } from './guarded-fields.rules.ts';

/** The keys of the built-in roles, from the widest to the narrowest. */
export const builtInKeys = ['owner', 'administrator', 'manager', 'seller', 'support'] as const;
export type BuiltInKey = (typeof builtInKeys)[number];

/** A role as it is listed, whether built in or the tenant's own. */
export type NamedRole = {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly rules: AccessRules;
};

/**
 * What a module says about built-in roles, under the extension point `role-grants`; the later module wins.
 * `entities` replaces the reach over an entity (an action that is left out is not granted), `grants` and `withholds` name permissions.
 */
export type RoleGrant = {
  readonly roles: readonly Exclude<BuiltInKey, 'owner'>[];
  readonly entities?: AccessRules['entities'];
  readonly grants?: readonly string[];
  readonly withholds?: readonly string[];
};

/** Verbs that decide over others' work, money or data; sellers and support have them only where a module grants them. */
const supervising: ReadonlySet<string> = new Set([
  'approve',
  'reject',
  'takeOver',
  'reassign',
  'merge',
  'erase',
  'export',
  'import',
  'void',
  'reverse',
  'unlock',
  'configure',
  'impersonate',
]);

type Reach = Readonly<Record<Action, Scope>>;
type Plan = {
  readonly name: string;
  readonly description: string;
  /** Over records that somebody owns, and over the tenant's own data. */
  readonly owned: Reach;
  readonly shared: Reach;
  /** Whether it has a permission by name, and whether the entity of its word is owned. */
  may(permission: string, isOwned: boolean): boolean;
};

const reach = (create: Scope, read: Scope, update: Scope, archive: Scope): Reach => ({ create, read, update, archive });
const nothing = reach('none', 'none', 'none', 'none');
const reading = reach('none', 'all', 'none', 'none');
const everything = reach('all', 'all', 'all', 'all');
const wordIn = (permission: string): string => permission.slice(0, permission.indexOf('.'));
const verbIn = (permission: string): string => permission.slice(permission.indexOf('.') + 1);

const plans: Readonly<Record<Exclude<BuiltInKey, 'owner'>, Plan>> = {
  administrator: {
    name: 'Administrator',
    description: 'Everything but the tenant itself: its backup, its owners.',
    owned: everything,
    shared: everything,
    may: (permission) => wordIn(permission) !== 'tenant',
  },
  manager: {
    name: 'Manager',
    description: "The work of the own teams: plans, approves, reassigns. Reads the tenant's data.",
    owned: reach('team', 'team', 'team', 'team'),
    shared: reading,
    may: (_permission, isOwned) => isOwned,
  },
  seller: {
    name: 'Seller',
    description: "The own customers and business; sees the teams' work.",
    owned: reach('own', 'team', 'own', 'own'),
    shared: reading,
    may: (permission, isOwned) => isOwned && !supervising.has(verbIn(permission)),
  },
  support: {
    name: 'Support',
    description: 'Sees every customer and works on own cases and activities.',
    owned: reach('own', 'all', 'own', 'none'),
    shared: reading,
    may: (permission, isOwned) => isOwned && !supervising.has(verbIn(permission)),
  },
};

const made = new WeakMap<Registry, ReadonlyMap<string, NamedRole>>();

/** The built-in roles for these modules, by key. */
export const builtInRoles = (registry: Registry): ReadonlyMap<string, NamedRole> => {
  const roles = made.get(registry) ?? new Map(builtInKeys.map((key) => [key as string, roleOf(registry, key)]));
  made.set(registry, roles);
  return roles;
};

const roleOf = (registry: Registry, key: BuiltInKey): NamedRole => {
  if (key === 'owner') {
    return { key, name: 'Owner', description: 'Everything. A tenant always has one.', rules: fullAccess };
  }
  const { name, description, ...plan } = plans[key];
  const grants = (registry.contributions('role-grants') as readonly RoleGrant[]).filter((grant) =>
    grant.roles.includes(key),
  );
  return {
    key,
    name,
    description,
    rules: withGuards(registry, {
      ...fullAccess,
      entities: entitiesOf(registry, plan, grants),
      operations: operationsOf(registry, plan, grants),
    }),
  };
};

type Access = Pick<Plan, 'owned' | 'shared' | 'may'>;

/** Owned entities by name; all others under `*`, which also stands for those that a later version brings. */
const entitiesOf = (registry: Registry, plan: Access, grants: readonly RoleGrant[]): AccessRules['entities'] => {
  const isUniform = actions.every((action) => plan.owned[action] === plan.shared[action]);
  const owned = isUniform
    ? []
    : [...registry.entities.values()].filter(isOwned).map(({ name }) => [name, plan.owned] as const);
  const named = grants.flatMap(({ entities = {} }) =>
    Object.entries(entities).map(([name, granted]) => [name, { ...nothing, ...granted }] as const),
  );
  return Object.fromEntries([['*', plan.shared] as const, ...owned, ...named]);
};

const operationsOf = (registry: Registry, plan: Access, grants: readonly RoleGrant[]): readonly string[] => {
  const owned = new Set([...registry.entities.values()].filter(isOwned).map(({ name }) => wordOf(name)));
  const held = new Set(
    namedPermissions(registry).filter((permission) => plan.may(permission, owned.has(wordIn(permission)))),
  );
  for (const grant of grants) {
    for (const permission of grant.grants ?? []) held.add(permission);
    for (const permission of grant.withholds ?? []) held.delete(permission);
  }
  return [...held].sort();
};

const isOwned = (of: AnyEntity): boolean => of.owner.kind !== 'none';
