// docs/reference/permissions.md: what may be granted, what asks for it, and which built-in roles hold it.
import { actions, mayDo, scopeOf, signedIn, systemActor, type Action, type Actor, type Registry } from '#kernel';
import { builtInRoles } from '#modules/platform/roles';
import { code, codes, linkTo, page, table } from './markdown.ts';

const isAction = (permission: string): boolean => actions.some((action) => permission.endsWith(`.${action}`));

/** What operations and jobs ask for, with those who ask. */
export const askedPermissions = ({ operations, jobs }: Registry): ReadonlyMap<string, readonly string[]> => {
  const asked = new Map<string, readonly string[]>();
  for (const { name, needs } of [...operations.values(), ...jobs.values()])
    asked.set(needs, [...(asked.get(needs) ?? []), name]);
  return new Map([...asked].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The built-in roles that hold a permission. */
export const holdersOf = (registry: Registry, permission: string): readonly string[] =>
  [...builtInRoles(registry).values()].filter((role) => mayDo(holding(role), permission)).map(({ key }) => key);

const holding = ({ key, rules }: { readonly key: string; readonly rules: Actor['rules'] }): Actor => ({
  ...systemActor('ten_reference', key),
  rules,
});

const introduction = `A role grants each action on each entity to an extent: ${code('own')} records, those of the own ${code('team')}, ${code('all')},
or none; and business permissions by name. ${code('quote.*')} grants all of one word, ${code('*')} everything. ${code('permissions')} lists them in
the API, ${code('explainAccess')} says why somebody may or may not.`;

const actionTable = (registry: Registry): string => {
  const roles = [...builtInRoles(registry).values()].filter(({ key }) => key !== 'owner');
  const reach = (role: (typeof roles)[number], entity: string): string => {
    const scopes = actions.map((action: Action) => scopeOf(holding(role), entity, action));
    return new Set(scopes).size === 1 ? (scopes[0] ?? '') : scopes.join(' / ');
  };
  return table(
    ['Entity', ...roles.map(({ name }) => name)],
    [...registry.entities.keys()].map((name) => [
      linkTo(name, 'entities.md'),
      ...roles.map((role) => reach(role, name)),
    ]),
  );
};

const named = (registry: Registry): string =>
  table(
    ['Permission', 'Asked for by', 'Held by'],
    [...askedPermissions(registry)]
      .filter(([permission]) => permission !== signedIn && !isAction(permission))
      .map(([permission, by]) => [code(permission), codes(by), holdersOf(registry, permission).join(', ')]),
  );

/** The page. */
export const permissionsPage = (registry: Registry): string => {
  const everybody = askedPermissions(registry).get(signedIn) ?? [];
  return page('Permissions', [
    introduction,
    '## Actions on entities',
    `Create / read / update / archive; one word where all four are the same. Owners may do everything.`,
    actionTable(registry),
    '## Business permissions',
    named(registry),
    '## Everybody',
    `Whoever has signed in may call ${codes(everybody)}; what they answer is what the caller may see.`,
  ]);
};
