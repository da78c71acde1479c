// Who may do what: roles as data, one enforcement, and the same answer explained.
import type { CustomFields } from './custom-fields.ts';
import type { AnyEntity, AnyRow } from './entity.ts';

/** How far a right reaches: nothing, one's own records, those of one's teams, all of the tenant. */
export const scopes = ['none', 'own', 'team', 'all'] as const;
/** How far a right reaches. */
export type Scope = (typeof scopes)[number];

/** What roles grant per entity. */
export const actions = ['create', 'read', 'update', 'archive'] as const;
/** What is done with a record. */
export type Action = (typeof actions)[number];

/** What a role, or several merged, grants. `*` stands for every entity that is not named. */
export type AccessRules = {
  readonly entities: Readonly<Record<string, Partial<Readonly<Record<Action, Scope>>>>>;
  /** Permission names; `*` is all, `quote.*` all of one word. */
  readonly operations: readonly string[];
  /** `Account.creditLimit`: neither read nor written. */
  readonly hiddenFields: readonly string[];
  /** `Account.creditLimit`: read, not written. */
  readonly readOnlyFields: readonly string[];
};

/** The languages that the product speaks to people in. */
export type Locale = 'es' | 'en';

/** Who acts. Made from a verified token or key, never from input. */
export type Actor = {
  readonly tenant: string;
  readonly kind: 'user' | 'key' | 'portal' | 'system';
  /** `usr_...`, `key_...`, or `system:<what>`; what the audit trail shows. */
  readonly id: string;
  /** The person whose work it is, where there is one. */
  readonly userId?: string;
  readonly locale: Locale;
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2, completes national phone numbers. */
  readonly country: string;
  /** ISO 4217, the tenant's own currency. */
  readonly currency: string;
  readonly rules: AccessRules;
  readonly teams: readonly string[];
  /** The teams that the actor is in; absent where `teams` has no others: those that stand below what the actor leads. */
  readonly ownTeams?: readonly string[];
  /** The members of the actor's teams, at most 50 (design.md section 8). */
  readonly teamMembers: readonly string[];
  /** Absent people whose work the actor does today: their records count as the actor's own. */
  readonly standsFor?: readonly string[];
  /** Records of others that the actor may read for now: work delegated to them. */
  readonly granted: ReadonlySet<string>;
  /** The fields that the tenant has given its entities; absent when there are none. */
  readonly customFields?: CustomFields;
  /** The program that calls, as far as it is known. */
  readonly caller?: { readonly client?: string; readonly ip?: 'IPv4' | 'IPv6' };
  /** A trial that has ended: everything reads, nothing writes. */
  readonly readOnlyTenant?: boolean;
};

/** Everything, for the product's own work (reactions, jobs of the system). */
export const fullAccess: AccessRules = {
  entities: { '*': { create: 'all', read: 'all', update: 'all', archive: 'all' } },
  operations: ['*'],
  hiddenFields: [],
  readOnlyFields: [],
};

/** The product itself, at work in one tenant. `what` names the reaction, timer or job. */
export const systemActor = (tenant: string, what: string): Actor => ({
  tenant,
  kind: 'system',
  id: `system:${what}`,
  locale: 'es',
  timeZone: 'America/Guayaquil',
  country: 'EC',
  currency: 'USD',
  rules: fullAccess,
  teams: [],
  teamMembers: [],
  granted: new Set(),
});

const rank = (scope: Scope): number => scopes.indexOf(scope);

/** How far the actor's right over an entity reaches. */
export const scopeOf = (actor: Pick<Actor, 'rules'>, entityName: string, action: Action): Scope =>
  actor.rules.entities[entityName]?.[action] ?? actor.rules.entities['*']?.[action] ?? 'none';

/** Whether the actor holds a permission: a named one (`quote.accept`), or an action on an entity to any extent (`quote.create`). */
export const mayDo = (actor: Actor, permission: string): boolean => {
  const cut = permission.indexOf('.');
  const word = permission.slice(0, cut);
  const action = actions.find((known) => known === permission.slice(cut + 1));
  if (action) return scopeOf(actor, `${word.charAt(0).toUpperCase()}${word.slice(1)}`, action) !== 'none';
  return actor.rules.operations.some((held) => held === '*' || held === permission || held === `${word}.*`);
};

/** Whether the actor's right reaches this record. Delegated records may be read. */
export const mayTouch = (actor: Actor, of: AnyEntity, row: AnyRow, action: Action): boolean => {
  const scope = scopeOf(actor, of.name, action);
  if (scope === 'all') return true;
  if (action === 'read' && actor.granted.has(row.id)) return true;
  if (scope === 'none') return false;
  if (of.owner.kind === 'none') return true;
  return isWithin(actor, row, scope);
};

const isWithin = (actor: Actor, row: AnyRow, scope: Scope): boolean =>
  row.ownerId === undefined ? scope === 'team' && inTeams(actor, row) : mayReach(actor, scope, row.ownerId);

/** Whether a right of this extent reaches the records of a person. */
export const mayReach = (actor: Actor, scope: Scope, owner: string): boolean => {
  if (scope === 'all' || scope === 'none') return scope === 'all';
  if (owner === actor.userId || actor.standsFor?.includes(owner) === true) return true;
  return scope === 'team' && actor.teamMembers.includes(owner);
};

/** Whose records a right reaches that does not reach all: people, and teams for what nobody owns. */
export const reachOf = (
  { userId, standsFor = [], teamMembers, teams }: Actor,
  scope: 'own' | 'team',
): { readonly owners: readonly string[]; readonly teams: readonly string[] } => {
  const own = [...(userId === undefined ? [] : [userId]), ...standsFor];
  return scope === 'own' ? { owners: own, teams: [] } : { owners: [...new Set([...own, ...teamMembers])], teams };
};

/** A team holds a record only while nobody owns it. */
const inTeams = (actor: Actor, row: AnyRow): boolean =>
  row.ownerId === undefined && row.teamId !== undefined && actor.teams.includes(row.teamId);

/** Whether the actor may see a field; of the tenant's own fields one each, `custom.salary`. */
export const maySeeField = (actor: Actor, entityName: string, field: string): boolean =>
  !isAmong(actor.rules.hiddenFields, entityName, field);

const isAmong = (names: readonly string[], entityName: string, field: string): boolean =>
  names.length > 0 && (names.includes(`${entityName}.${field}`) || names.includes(`${entityName}.${groupOf(field)}`));

/** `custom.salary` -> `custom`. */
const groupOf = (field: string): string => field.split('.', 1)[0] ?? field;

/** A record's values without those that the actor may not see. */
export const seenValues = (
  actor: Actor,
  entityName: string,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  if (actor.rules.hiddenFields.length === 0) return values;
  const seen = Object.entries(values).filter(([name]) => maySeeField(actor, entityName, name));
  return Object.fromEntries(
    seen.map(([name, value]) => [name, name === 'custom' ? seenCustom(actor, entityName, value) : value]),
  );
};

/** The values of the tenant's own fields without those that the actor may not see. */
export const seenCustom = (actor: Actor, entityName: string, custom: unknown): unknown =>
  typeof custom === 'object' && custom !== null && actor.rules.hiddenFields.length > 0
    ? Object.fromEntries(Object.entries(custom).filter(([key]) => maySeeField(actor, entityName, `custom.${key}`)))
    : custom;

/** Whether the actor may write a field. */
export const mayWriteField = (actor: Actor, entityName: string, field: string): boolean =>
  maySeeField(actor, entityName, field) && !isAmong(actor.rules.readOnlyFields, entityName, field);

/** Several roles as one: the widest scope wins, a field is hidden or read-only only if every role says so. */
export const mergeRules = (roles: readonly AccessRules[]): AccessRules => {
  const names = new Set(roles.flatMap((role) => Object.keys(role.entities)));
  return {
    entities: Object.fromEntries([...names].map((name) => [name, mergeEntity(roles, name)])),
    operations: [...new Set(roles.flatMap((role) => role.operations))],
    hiddenFields: inAll(roles.map((role) => role.hiddenFields)),
    readOnlyFields: inAll(roles.map((role) => [...role.readOnlyFields, ...role.hiddenFields])),
  };
};

const mergeEntity = (roles: readonly AccessRules[], name: string): Partial<Record<Action, Scope>> =>
  Object.fromEntries(actions.map((action) => [action, widest(roles.map((rules) => scopeOf({ rules }, name, action)))]));

const widest = (held: readonly Scope[]): Scope =>
  held.reduce((best, scope) => (rank(scope) > rank(best) ? scope : best), 'none');

const inAll = (lists: readonly (readonly string[])[]): readonly string[] =>
  (lists[0] ?? []).filter((entry) => lists.every((list) => list.includes(entry)));

/** One step of an explanation: which rule was asked, what it said. */
export type AccessStep = { readonly rule: string; readonly holds: boolean };

/** Why the actor may or may not do something to a record; agrees with the enforcement because it asks the same functions. */
export const explainTouch = (
  actor: Actor,
  of: AnyEntity,
  row: AnyRow,
  action: Action,
): { readonly allowed: boolean; readonly chain: readonly AccessStep[] } => {
  const scope = scopeOf(actor, of.name, action);
  return {
    allowed: mayTouch(actor, of, row, action),
    chain: [
      { rule: `scope of ${of.name}.${action} is ${scope}`, holds: scope !== 'none' },
      {
        rule: 'the record was delegated to the actor for reading',
        holds: action === 'read' && actor.granted.has(row.id),
      },
      { rule: `${of.name} has an owner`, holds: of.owner.kind !== 'none' },
      { rule: 'the actor owns the record', holds: row.ownerId !== undefined && row.ownerId === actor.userId },
      {
        rule: 'the actor stands in for the owner, who is absent',
        holds: row.ownerId !== undefined && actor.standsFor?.includes(row.ownerId) === true,
      },
      {
        rule: "the owner is in one of the actor's teams",
        holds: row.ownerId !== undefined && actor.teamMembers.includes(row.ownerId),
      },
      { rule: "nobody owns the record and its team is one of the actor's", holds: inTeams(actor, row) },
    ],
  };
};
