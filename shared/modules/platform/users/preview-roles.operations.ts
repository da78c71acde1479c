import {
  boolean,
  choice,
  DomainError,
  integer,
  list,
  object,
  optional,
  query,
  record,
  ref,
  text,
  type AccessRules,
  type Context,
} from '#kernel';
import {
  differencesBetween,
  proposedRole,
  Role,
  rolesOf,
  rulesOfKeys,
  type Difference,
  type NamedRole,
} from '#modules/platform/roles';
import { User, type UserRow } from './user.entity.ts';
import { holdersOf } from './user.operations.ts';

const differenceFields = {
  permission: text({ describes: 'Such as account.read, quote.accept, or the field Account.creditLimit.' }),
  kind: choice(['REACH', 'OPERATION', 'FIELD'], {
    named: 'AccessDifferenceKind',
    describes: 'How far a right over records reaches, an operation, or a field.',
  }),
  from: text({ describes: 'Before: own, team, all; granted; hidden, read-only, open.' }),
  to: text({ describes: 'After.' }),
  isGain: boolean({ describes: 'Whether it is gained; else it is lost.' }),
  people: integer({ describes: 'How many people gain or lose it.' }),
  says: text({ max: 500, describes: 'What that means, in a sentence.' }),
};

const effectFields = {
  user: record(User, 'The person.'),
  gains: list(text(), { max: 5000, describes: 'What the person gains.' }),
  loses: list(text(), { max: 5000, describes: 'What the person loses.' }),
};

const answer = {
  differences: list(object('AccessDifference', differenceFields), {
    max: 5000,
    describes: 'What anybody gains or loses; what another role of a person grants all the same is not among it.',
  }),
  people: list(object('AccessEffect', effectFields), { max: 5000, describes: 'Who gains and loses what.' }),
  unaffected: integer({
    describes: 'How many have the role and gain or lose nothing, since other roles grant the same.',
  }),
};

export const previewRoleChange = query('previewRoleChange', {
  describes:
    'A rehearsal of `updateRole`: who would gain and lose what. Nothing is written. Absent fields stay as they are.',
  needs: 'role.update',
  input: {
    id: ref('Role', { describes: 'Which role of the own.' }),
    entities: optional(Role.fields.entities),
    operations: optional(Role.fields.operations),
    hiddenFields: optional(Role.fields.hiddenFields),
    readOnlyFields: optional(Role.fields.readOnlyFields),
  },
  returns: answer,
  fails: ['UNKNOWN_ENTITY', 'UNKNOWN_PERMISSION', 'UNKNOWN_FIELD'],
  run: async ({ id, ...changes }, context) => {
    const role = await context.data(Role).get(id);
    const before = await rolesOf(context);
    const after = new Map([...before, [role.key, proposedRole(context, role, changes)] as const]);
    const holders = await holdersOf(context, role.key);
    return effectsOn(context, holders, (user) => [rulesOfKeys(before, user.roles), rulesOfKeys(after, user.roles)]);
  },
});

export const previewRoleAssignment = query('previewRoleAssignment', {
  describes: 'A rehearsal of `assignRoles`: what the person would gain and lose. Nothing is written.',
  needs: 'user.assignRoles',
  input: {
    user: ref('User', { describes: 'Whom.' }),
    roles: list(text({ max: 40 }), { max: 10, describes: 'Keys of roles, built in or own ones.' }),
  },
  returns: answer,
  fails: ['UNKNOWN_ROLE'],
  run: async ({ user: id, roles: keys }, context) => {
    const user = await context.data(User).get(id);
    const roles = await rolesOf(context);
    assertKnown(roles, keys);
    return effectsOn(context, [user], () => [rulesOfKeys(roles, user.roles), rulesOfKeys(roles, keys)]);
  },
});

const assertKnown = (roles: ReadonlyMap<string, NamedRole>, keys: readonly string[]): void => {
  const unknown = keys.findIndex((key) => !roles.has(key));
  if (unknown !== -1)
    throw new DomainError('UNKNOWN_ROLE', `There is no role ${keys[unknown] ?? ''}.`, ['roles', unknown]);
};

type Change = (user: UserRow) => readonly [before: AccessRules, after: AccessRules];

const effectsOn = (context: Context, users: readonly UserRow[], changeOf: Change) => {
  const all = users.map((user) => ({ user, found: differencesBetween(context.registry, ...changeOf(user)) }));
  const affected = all.filter(({ found }) => found.length > 0);
  const shared = Map.groupBy(
    affected.flatMap(({ found }) => found),
    (each) => JSON.stringify(each),
  );
  return {
    differences: [...shared.values()].flatMap(([first, ...more]) => (first ? [told(first, more.length + 1)] : [])),
    people: affected.map(({ user, found }) => ({
      user,
      gains: found.filter(({ isGain }) => isGain).map(inShort),
      loses: found.filter(({ isGain }) => !isGain).map(inShort),
    })),
    unaffected: all.length - affected.length,
  };
};

const inShort = ({ permission, kind, from, to }: Difference): string =>
  kind === 'OPERATION' ? permission : `${permission} (${from} -> ${to})`;

const told = (difference: Difference, people: number) => ({
  ...difference,
  people,
  says: sentence(difference, people),
});

/** How far each scope reaches, in words. */
const reaches: Readonly<Record<string, string>> = {
  none: 'no records',
  own: 'the own records and those of the absent people that one stands in for',
  team: 'the records of everybody in the own teams and in the teams and units that one leads',
  all: 'all records of the tenant',
};

const sentence = ({ permission, kind, from, to, isGain }: Difference, people: number): string => {
  const who = people === 1 ? '1 person' : `${String(people)} people`;
  if (kind === 'OPERATION') return `${who}: ${permission} is ${isGain ? 'granted' : 'taken away'}.`;
  if (kind === 'FIELD') return `${who}: ${permission} is ${to}; it was ${from}.`;
  return `${who}: ${permission} reaches ${reaches[to] ?? to}; it reached ${reaches[from] ?? from}.`;
};
