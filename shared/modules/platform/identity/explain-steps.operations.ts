// What stands behind the rules: who stands in for whom, why a record may be read for now, how it came to its owner.
import type { AccessStep, Action, Actor, AnyEntity, AnyRow, Context } from '#kernel';
import { readHistory } from '#kernel/feed';
import { User } from '#modules/platform/users';

/** Versions of a record that are looked through for its last change of owner. */
const mostVersions = 100;

/** What further explains access: the facts, each with whether it counts for the actor. */
export const factsOf = async (
  context: Context,
  actor: Actor,
  of: AnyEntity,
  row: AnyRow,
  action: Action,
): Promise<readonly AccessStep[]> => [
  ...(await substitutions(context, actor, row)),
  ...(await grants(context, actor, row, action)),
  ...(await handOvers(context, actor, row)),
  ...fieldRules(actor, of),
  ...restrictions(actor, action),
];

const nameOf = async ({ trusted }: Context, id: string): Promise<string> => (await trusted(User).find(id))?.name ?? id;

const substitutions = async (
  context: Context,
  { standsFor = [] }: Actor,
  row: AnyRow,
): Promise<readonly AccessStep[]> => {
  const owner = row.ownerId !== undefined && standsFor.includes(row.ownerId) ? row.ownerId : undefined;
  const absent = owner === undefined ? undefined : await context.trusted(User).find(owner);
  if (!absent) return [];
  const until = absent.absentUntil === undefined ? 'until further notice' : `until ${absent.absentUntil}`;
  return [{ rule: `${absent.name} is absent ${until} and has named the actor as substitute`, holds: true }];
};

/** The records because of which this one may be read: an approval that waits, an activity that was delegated, a lead handed over. */
const grants = async (
  { ports, registry }: Context,
  actor: Actor,
  row: AnyRow,
  action: Action,
): Promise<readonly AccessStep[]> => {
  if (actor.userId === undefined) return [];
  const sort = { beginsWith: `grant#${row.id}#` };
  const { items } = await ports.table.query({ pk: `${actor.tenant}#${actor.userId}`, sort, limit: 20 });
  return items.map(({ sk }) => {
    const why = sk.split('#')[2] ?? '';
    const kind = registry.byPrefix.get(why.slice(0, why.indexOf('_')))?.name ?? 'record';
    return { rule: `it may be read because of the ${kind} ${why}`, holds: action === 'read' };
  });
};

const handOvers = async (context: Context, actor: Actor, row: AnyRow): Promise<readonly AccessStep[]> => {
  const versions = await readHistory(context.ports.table, actor.tenant, row.id, { limit: mostVersions });
  const last = versions.find(({ changed, record }) => changed['ownerId'] && record.version > 1);
  const { from, to } = last?.changed['ownerId'] ?? {};
  if (!last || typeof from !== 'string' || typeof to !== 'string') return [];
  const [before, after] = await Promise.all([nameOf(context, from), nameOf(context, to)]);
  const rule = `it passed from ${before} to ${after} on ${last.at.slice(0, 10)} by ${last.from?.operation ?? last.type}`;
  return [{ rule, holds: to === actor.userId }];
};

const fieldRules = ({ rules }: Actor, { name }: AnyEntity): readonly AccessStep[] => {
  const own = (fields: readonly string[]) => fields.filter((field) => field.startsWith(`${name}.`));
  return [
    ...own(rules.hiddenFields).map((field) => ({ rule: `${field} is hidden by every role`, holds: true })),
    ...own(rules.readOnlyFields).map((field) => ({ rule: `${field} is not to be written by any role`, holds: true })),
  ];
};

const restrictions = ({ kind, readOnlyTenant = false }: Actor, action: Action): readonly AccessStep[] => [
  ...(kind === 'key'
    ? [{ rule: 'an API key has at most the rights of its person that it was given', holds: true }]
    : []),
  ...(readOnlyTenant && action !== 'read' ? [{ rule: 'nothing is written: the trial has ended', holds: true }] : []),
];
