// What somebody gains and loses when rules change, in the words of the API.
import { actions, scopes, wordOf, type AccessRules, type Action, type AnyEntity, type Registry } from '#kernel';
import { namedPermissions, reachOf } from './access.rules.ts';
import { includes } from './guarded-fields.rules.ts';

/** One right that is not what it was: a reach over records, an operation, a field. */
export type Difference = {
  /** `account.read`, `quote.accept`, `Account.creditLimit`. */
  readonly permission: string;
  readonly kind: 'REACH' | 'OPERATION' | 'FIELD';
  readonly from: string;
  readonly to: string;
  readonly isGain: boolean;
};

/** Everything that differs between two sets of rules. */
export const differencesBetween = (
  registry: Registry,
  before: AccessRules,
  after: AccessRules,
): readonly Difference[] => [
  ...[...registry.entities.values()]
    .filter(({ internal }) => !internal)
    .flatMap((of) => actions.flatMap((action) => reachDifference(of, action, before, after))),
  ...namedPermissions(registry).flatMap((name) => operationDifference(name, before, after)),
  ...fieldsIn(before, after).flatMap((field) => fieldDifference(field, before, after)),
];

const reachDifference = (
  of: AnyEntity,
  action: Action,
  before: AccessRules,
  after: AccessRules,
): readonly Difference[] => {
  const [from, to] = [reachOf(before, of.name, action), reachOf(after, of.name, action)];
  if (from === to) return [];
  const isGain = scopes.indexOf(to) > scopes.indexOf(from);
  return [{ permission: `${wordOf(of.name)}.${action}`, kind: 'REACH', from, to, isGain }];
};

const operationDifference = (permission: string, before: AccessRules, after: AccessRules): readonly Difference[] => {
  const [had, has] = [before, after].map(({ operations }) => operations.some((held) => includes(held, permission)));
  if (had === has) return [];
  return [
    {
      permission,
      kind: 'OPERATION',
      from: had ? 'granted' : 'none',
      to: has ? 'granted' : 'none',
      isGain: has === true,
    },
  ];
};

const fieldsIn = (...rules: readonly AccessRules[]): readonly string[] => [
  ...new Set(rules.flatMap(({ hiddenFields, readOnlyFields }) => [...hiddenFields, ...readOnlyFields])),
];

const fieldStates = ['hidden', 'read-only', 'open'] as const;

const stateOf = (field: string, { hiddenFields, readOnlyFields }: AccessRules): (typeof fieldStates)[number] => {
  if (hiddenFields.includes(field)) return 'hidden';
  return readOnlyFields.includes(field) ? 'read-only' : 'open';
};

const fieldDifference = (permission: string, before: AccessRules, after: AccessRules): readonly Difference[] => {
  const [from, to] = [stateOf(permission, before), stateOf(permission, after)];
  if (from === to) return [];
  return [{ permission, kind: 'FIELD', from, to, isGain: fieldStates.indexOf(to) > fieldStates.indexOf(from) }];
};
