import {
  DomainError,
  eventTypesOf,
  forbidden,
  matchesType,
  scopeOf,
  visibleFields,
  type AnyEntity,
  type Context,
  type Filter,
  type Problem,
} from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { Notification } from '#modules/platform/notifications';
import { unknownRoles } from '#modules/platform/roles';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert } from './alert.entity.ts';
import { channelsIn, sourcesIn } from './extension-points.rules.ts';
import { entityOf, filterAt } from './standing.operations.ts';

const wrong = (message: string, ...path: readonly (string | number)[]): Problem => ({
  code: 'BAD_INPUT',
  message,
  path,
});

/** Records that no rule looks at: what people are told would be told to them again, without end. */
export const untold: ReadonlySet<string> = new Set([AlertRule.name, Alert.name, Notification.name]);

/**
 * What is wrong with a rule that only the declarations know: events, records, filters, sources, channels.
 * @throws FORBIDDEN where the actor may not see all that it would tell of
 */
export const declaredProblems = (context: Context, rule: AlertRuleRow): readonly Problem[] => {
  const unknown = sourceProblems(context, rule);
  const of = heardOf(context, rule);
  const { kind } = rule.trigger;
  if (unknown.length > 0) return unknown;
  if (of && untold.has(of.name)) return [wrong('Alerts and notices alert to nothing.', 'trigger')];
  if (of) assertMayTell(context, of);
  if (of) return [...filtersProblems(context, of, rule), ...channelProblems(context, rule)];
  if (kind === 'GOAL') return channelProblems(context, rule);
  return [wrong('No such thing ever happens.', 'trigger', kind === 'EVENT' ? 'on' : 'of')];
};

/** An alert says of which records something is true, to whomever its rule names. */
const assertMayTell = ({ actor }: Context, { name }: AnyEntity): void => {
  if (scopeOf(actor, name, 'read') !== 'all') throw forbidden(`You may not read every ${name}.`);
};

const sourceProblems = ({ registry }: Context, { trigger }: AlertRuleRow): readonly Problem[] => {
  const { kind, source = '' } = trigger;
  if (kind !== 'PROMISE' && kind !== 'GOAL') return [];
  const keys = sourcesIn(registry).flatMap((each) => (each.kind === kind ? [each.key] : []));
  return keys.includes(source) ? [] : [wrong(`There are ${keys.join(', ')}.`, 'trigger', 'source')];
};

/** The entity whose records a rule looks at, where the event that it names exists. */
const heardOf = ({ registry }: Context, { trigger }: AlertRuleRow): AnyEntity | undefined => {
  const { kind, on = '' } = trigger;
  const of = entityOf(registry, trigger);
  const isHeard = kind !== 'EVENT' || (of && eventTypesOf(registry, of).some(({ type }) => matchesType(on, type)));
  return isHeard ? of : undefined;
};

const filtersProblems = (context: Context, of: AnyEntity, { trigger, stopWhen }: AlertRuleRow) => [
  ...(trigger.where ? filterProblems(context, of, trigger.where, ['trigger', 'where']) : []),
  ...(stopWhen ? filterProblems(context, of, stopWhen, ['stopWhen']) : []),
];

const filterProblems = (context: Context, of: AnyEntity, where: Filter, path: readonly string[]) => {
  try {
    checkFilter(visibleFields(of, context.actor), filterAt(context, where), { country: context.actor.country });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return [wrong(error.message, ...path)];
    throw error;
  }
};

const channelProblems = ({ registry }: Context, { steps }: AlertRuleRow): readonly Problem[] => {
  const brought = channelsIn(registry).map(({ key }) => key);
  return steps.flatMap(({ channel = 'IN_APP' }, index) =>
    channel === 'IN_APP' || channel === 'MAIL' || brought.includes(channel)
      ? []
      : [wrong('Nothing here tells people by it.', 'steps', index, 'channel')],
  );
};

/** Roles of its steps that there are not: nobody would ever be told. */
export const roleProblems = async (context: Context, { steps }: AlertRuleRow): Promise<readonly Problem[]> => {
  const unknown = await unknownRoles(
    context,
    steps.flatMap(({ role }) => role ?? []),
  );
  return steps.flatMap(({ role = '' }, index) =>
    unknown.has(role) ? [wrong(`There is no role ${role}.`, 'steps', index, 'role')] : [],
  );
};
