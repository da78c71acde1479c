import {
  boolean,
  change,
  creation,
  defaulted,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  query,
  readOn,
  recordInput,
  records,
  ref,
  signedIn,
  text,
  versionInput,
  type Context,
} from '#kernel';
import { problemsError } from '#kernel/errors';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert } from './alert.entity.ts';
import { sourcesIn } from './extension-points.rules.ts';
import { declaredProblems, roleProblems } from './declared.operations.ts';
import { assertRoom } from './known-rules.operations.ts';
import { firstLookOf, nextLookOf } from './looking.operations.ts';
import { end, endOf, isOver } from './raising.operations.ts';

export const createAlertRule = creation(AlertRule, 'createAlertRule', {
  describes:
    'Makes a rule of alerts, of which a tenant has at most 200; one must see every record, and the fields, that it names. What it names is checked: events, records, filters, sources. What stands open is taken up by a job.',
  needs: 'alertRule.create',
  input: {},
  returns: AlertRule,
  fails: ['LIMIT_REACHED'],
  run: async ({ values }, context) => {
    await assertRoom(context);
    return settled(context, context.data(AlertRule).create(values), true);
  },
});

export const updateAlertRule = change(AlertRule, 'updateAlertRule', {
  describes:
    'Changes a rule: absent fields stay, null clears. Alerts that are open go on by it, and what stands open is taken up, by a job.',
  needs: 'alertRule.update',
  input: recordInput('AlertRule'),
  returns: AlertRule,
  run: async ({ id, changes }, context) =>
    settled(
      context,
      context.data(AlertRule).update(await context.data(AlertRule).get(id), changes),
      changes.trigger !== undefined,
    ),
});

const settled = async (context: Context, rule: AlertRuleRow, isNew: boolean): Promise<AlertRuleRow> => {
  const problems = [...declaredProblems(context, rule), ...(await roleProblems(context, rule))];
  if (problems.length > 0) throw problemsError(problems);
  const looksAt = await (isNew ? firstLookOf : nextLookOf)(context, rule);
  return context.trusted(AlertRule).update(rule, { looksAt: looksAt ?? null });
};

const which = {
  id: ref('Alert', { describes: 'Which alert.' }),
  version: optional(versionInput),
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
  run: async ({ id, reason }, context) => {
    const { alert, alerts } = await attended(context, id);
    return end(context, alert, reason, alerts);
  },
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

/** Alerts of which somebody was told that are looked through for those still open. */
const mostTold = 500;

export const myAlerts = query('myAlerts', {
  describes:
    'The alerts of which one was told, whosever the matter is: who was told may read, acknowledge and resolve them. The latest first.',
  needs: signedIn,
  input: {
    open: defaulted(boolean({ describes: 'Only those that have not ended.' }), true),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
  },
  returns: {
    alerts: records(Alert, 'The alerts.'),
    isComplete: boolean({ describes: 'Whether these are all among the latest 500 of which one was told.' }),
  },
  run: async ({ open, first }, { trusted, actor: { userId } }) => {
    if (userId === undefined) throw new DomainError('BAD_INPUT', 'Only people are told of alerts.');
    const read = (page: object) => trusted(Alert).page('byReader', { of: userId, descending: true, ...page });
    const told = await readOn(read, open ? mostTold : first);
    const wanted = told.rows.filter((alert) => !open || !isOver(alert));
    return { alerts: wanted.slice(0, first), isComplete: told.isComplete && wanted.length <= first };
  },
});
