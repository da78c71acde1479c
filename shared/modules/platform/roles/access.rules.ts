// Comparing what roles grant: nobody grants more than they hold, a key never does more than its person.
import { actions, scopes, wordOf, type AccessRules, type Action, type Registry, type Scope } from '#kernel';
import { guardsIn, includes, withGuards } from './guarded-fields.rules.ts';

/** What is granted in nothing. */
export const noAccess: AccessRules = { entities: {}, operations: [], hiddenFields: [], readOnlyFields: [] };

const rank = (scope: Scope): number => scopes.indexOf(scope);
const narrower = (left: Scope, right: Scope): Scope => (rank(left) < rank(right) ? left : right);

/** How far rules reach over an entity. */
export const reachOf = (rules: AccessRules, entity: string, action: Action): Scope =>
  rules.entities[entity]?.[action] ?? rules.entities['*']?.[action] ?? 'none';

const entitiesIn = (registry: Registry, ...rules: readonly AccessRules[]): readonly string[] => [
  ...new Set([...registry.entities.keys(), ...rules.flatMap((each) => Object.keys(each.entities))]),
];

/** What `granted` has that `held` has not, in words of the API; empty when it may be granted. */
export const excess = (registry: Registry, held: AccessRules, granted: AccessRules): readonly string[] => [
  ...entitiesIn(registry, held, granted).flatMap((entity) => excessOver(held, granted, entity)),
  ...granted.operations.filter((wanted) => !holds(registry, held, wanted)),
  ...held.hiddenFields.filter((field) => !granted.hiddenFields.includes(field)).map((field) => `${field} (hidden)`),
  ...held.readOnlyFields
    .filter((field) => !granted.readOnlyFields.includes(field) && !granted.hiddenFields.includes(field))
    .map((field) => `${field} (read-only)`),
];

const excessOver = (held: AccessRules, granted: AccessRules, entity: string): readonly string[] =>
  actions
    .filter((action) => rank(reachOf(granted, entity, action)) > rank(reachOf(held, entity, action)))
    .map((action) => `${entity === '*' ? '*' : wordOf(entity)}.${action} (${reachOf(granted, entity, action)})`);

/** A pattern is held by a wider one, or by every permission that it stands for. */
const holds = (registry: Registry, held: AccessRules, wanted: string): boolean => {
  if (held.operations.some((each) => includes(each, wanted))) return true;
  const meant = namedPermissions(registry).filter((name) => includes(wanted, name));
  return (
    wanted.endsWith('*') &&
    meant.length > 0 &&
    meant.every((name) => held.operations.some((each) => includes(each, name)))
  );
};

/** What both grant. */
export const intersection = (registry: Registry, left: AccessRules, right: AccessRules): AccessRules => ({
  entities: Object.fromEntries(
    [...entitiesIn(registry, left, right), '*'].map((entity) => [
      entity,
      Object.fromEntries(
        actions.map((action) => [action, narrower(reachOf(left, entity, action), reachOf(right, entity, action))]),
      ),
    ]),
  ),
  operations: [...commonTo(left.operations, right.operations), ...commonTo(right.operations, left.operations)].filter(
    (name, index, all) => all.indexOf(name) === index,
  ),
  hiddenFields: [...new Set([...left.hiddenFields, ...right.hiddenFields])],
  readOnlyFields: [...new Set([...left.readOnlyFields, ...right.readOnlyFields])],
});

const commonTo = (wanted: readonly string[], held: readonly string[]): readonly string[] =>
  wanted.filter((name) => held.some((each) => includes(each, name)));

/** Rules cut down to a list of permissions: `account.read`, `*.read`, `quote.accept`, `quote.*`, `*`. */
export const only = (registry: Registry, rules: AccessRules, permissions: readonly string[]): AccessRules =>
  withGuards(registry, {
    ...rules,
    entities: Object.fromEntries(
      [...entitiesIn(registry, rules), '*'].map((entity) => [entity, kept(rules, entity, permissions)]),
    ),
    operations: [
      ...commonTo(permissions, rules.operations),
      ...commonTo(rules.operations, permissions),
      ...namedPermissions(registry).filter(
        (name) => allows(permissions, name) && rules.operations.some((held) => includes(held, name)),
      ),
    ].filter((name, index, all) => all.indexOf(name) === index && !isAction(name)),
  });

const kept = (rules: AccessRules, entity: string, permissions: readonly string[]) =>
  Object.fromEntries(
    actions.map((action) => [
      action,
      allows(permissions, `${entity === '*' ? '*' : wordOf(entity)}.${action}`)
        ? reachOf(rules, entity, action)
        : 'none',
    ]),
  );

const allows = (permissions: readonly string[], name: string): boolean => {
  const verb = name.slice(name.indexOf('.') + 1);
  return permissions.some((each) => includes(each, name) || each === `*.${verb}`);
};

const known = new WeakMap<Registry, readonly string[]>();

/** The permissions that operations and jobs ask for by name, sorted; those of entities and actions apart. */
export const namedPermissions = (registry: Registry): readonly string[] => {
  const found = known.get(registry) ?? findNamed(registry);
  known.set(registry, found);
  return found;
};

/** Where modules name permissions that no operation asks for as a whole, such as a price by hand on a line. */
export const permissionPoint = 'permissions';

const findNamed = (registry: Registry): readonly string[] => {
  const needed = [...registry.operations.values(), ...registry.jobs.values()]
    .map(({ needs }) => needs)
    .concat(registry.contributions(permissionPoint) as readonly string[])
    .concat(guardsIn(registry).map(({ permission }) => permission));
  return [...new Set(needed)].filter((name) => name.includes('.') && !isAction(name)).sort();
};

const isAction = (name: string): boolean => (actions as readonly string[]).includes(name.slice(name.indexOf('.') + 1));
