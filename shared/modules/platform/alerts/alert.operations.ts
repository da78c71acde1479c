import {
  change,
  creation,
  DomainError,
  eventTypesOf,
  filterFields,
  integer,
  list,
  matchesType,
  mutation,
  object,
  optional,
  query,
  ref,
  text,
  versionInput,
  wordOf,
  type AnyEntity,
  type Context,
  type Problem,
} from '#kernel';
import { problemsError } from '#kernel/errors';
import { checkFilter } from '#kernel/filter-check';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert } from './alert.entity.ts';
import { sourcesIn } from './extension-points.rules.ts';
import { nextLook } from './alert-rule.rules.ts';
import { end, endOf } from './raising.operations.ts';

export const createAlertRule = creation(AlertRule, 'createAlertRule', {
  describes: 'Makes a rule of alerts. What it names is checked: events, records, filters, sources.',
  needs: 'alertRule.create',
  input: {},
  returns: AlertRule,
  run: ({ values }, context) => Promise.resolve(settled(context, context.data(AlertRule).create(values))),
});

export const updateAlertRule = change(AlertRule, 'updateAlertRule', {
  describes: 'Changes a rule: absent fields stay, null clears. Alerts that are open go on by it.',
  needs: 'alertRule.update',
  input: { id: ref('AlertRule', { describes: 'Which one.' }), version: versionInput },
  returns: AlertRule,
  run: async ({ id, changes }, context) =>
    settled(context, context.data(AlertRule).update(await context.data(AlertRule).get(id), changes)),
});

const settled = (context: Context, rule: AlertRuleRow): AlertRuleRow => {
  const problems = declaredProblems(context, rule);
  if (problems.length > 0) throw problemsError(problems);
  const { actor, clock, trusted } = context;
  const looksAt = rule.trigger.kind === 'GOAL' ? nextLook(rule.trigger, clock.instant(), actor.timeZone) : null;
  return trusted(AlertRule).update(rule, { looksAt });
};

const wrong = (message: string, field: string): Problem => ({ code: 'BAD_INPUT', message, path: ['trigger', field] });

/** What only the declarations know. */
const declaredProblems = (context: Context, { trigger }: AlertRuleRow): readonly Problem[] => {
  const { kind, source } = trigger;
  if (kind === 'PROMISE' || kind === 'GOAL') {
    const keys = sourcesIn(context.registry).flatMap((each) => (each.kind === kind ? [each.key] : []));
    if (!keys.includes(source ?? '')) return [wrong(`There are ${keys.join(', ')}.`, 'source')];
  }
  const of = recordsOf(context, trigger);
  if (!of && kind !== 'GOAL') return [wrong('No such thing ever happens.', kind === 'EVENT' ? 'on' : 'of')];
  return trigger.where === undefined || !of ? [] : filterProblems(context, of, trigger.where);
};

/** The entity whose records a rule looks at. */
const recordsOf = ({ registry }: Context, { kind, on = '', of = '', source }: AlertRuleRow['trigger']) => {
  const word = on.split('.')[0];
  const named = [...registry.entities.values()].find((entity) =>
    kind === 'EVENT' ? wordOf(entity.name) === word : entity.name === of,
  );
  if (kind === 'EVENT')
    return named && eventTypesOf(registry, named).some(({ type }) => matchesType(on, type)) ? named : undefined;
  const promise = sourcesIn(registry).find(({ key }) => key === source);
  return kind === 'PROMISE' && promise?.kind === 'PROMISE' ? registry.entities.get(promise.of) : named;
};

const filterProblems = ({ actor }: Context, of: AnyEntity, where: object): readonly Problem[] => {
  try {
    checkFilter(filterFields(of), where, { country: actor.country });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return [wrong(error.message, 'where')];
    throw error;
  }
};

const which = {
  id: ref('Alert', { describes: 'Which alert.' }),
  version: optional(integer({ min: 1, describes: 'The version that the change was made on.' })),
};

export const acknowledgeAlert = mutation('acknowledgeAlert', {
  describes: 'Says that one attends to it: nobody further is told.',
  needs: 'alert.acknowledge',
  input: which,
  returns: Alert,
  run: async ({ id }, context) => {
    const { userId } = context.actor;
    const { alert, alerts } = await attended(context, id);
    const rule = await context.trusted(AlertRule).get(alert.rule);
    const acknowledgedAt = context.clock.instant();
    const wakesAt = endOf(rule, alert.raisedAt ?? acknowledgedAt);
    const by = userId === undefined ? {} : { acknowledgedBy: userId };
    return alerts.move(alert, 'ACKNOWLEDGED', { acknowledgedAt, wakesAt, ...by });
  },
});

/** Whoever was told may attend to it, whosever the matter is: managers and roles stand in other teams too. */
const attended = async ({ data, trusted, actor: { userId } }: Context, id: string) => {
  const known = await trusted(Alert).find(id);
  if (known && userId !== undefined && known.told.includes(userId)) return { alert: known, alerts: trusted(Alert) };
  return { alert: await data(Alert).get(id), alerts: data(Alert) };
};

export const resolveAlert = mutation('resolveAlert', {
  describes: 'Says that it is settled, and how.',
  needs: 'alert.resolve',
  input: { ...which, reason: text({ min: 1, max: 500, describes: 'How it was settled.' }) },
  returns: Alert,
  run: async ({ id, reason }, context) => end(context, (await attended(context, id)).alert, reason),
});

const sourceFields = {
  key: text({ max: 60, describes: 'What a rule names as its source.' }),
  kind: text({ max: 20, describes: 'PROMISE or GOAL.' }),
  describes: text({ max: 500, describes: 'What it is.' }),
};

export const alertSources = query('alertSources', {
  describes: 'The promises and goals that rules of alerts can look at.',
  needs: 'alertRule.read',
  input: {},
  returns: { sources: list(object('AlertSource', sourceFields), { max: 100, describes: 'All that modules know of.' }) },
  run: (_input, { registry }) =>
    Promise.resolve({ sources: sourcesIn(registry).map(({ key, kind, describes }) => ({ key, kind, describes })) }),
});
