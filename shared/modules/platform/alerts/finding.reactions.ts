import { given, matchesType, reaction, timer, type AnyRow, type Context, type DomainEvent } from '#kernel';
import { forget } from '#kernel/remember';
import { filterHolds } from '#modules/platform/events';
import { workingTimeOf } from '#modules/platform/settings';
import { nextLook, paceOf } from './alert-rule.rules.ts';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert, type AlertRow } from './alert.entity.ts';
import { sourcesIn, type AlertSource } from './extension-points.rules.ts';
import { activeRules, rulesIn } from './known-rules.operations.ts';
import { end, expire, goOn, raise, settle, watch, type Finding } from './raising.operations.ts';

/** What happens is held against the rules; in silence, as imports are, it ends alerts alone. Alerts alert to nothing themselves. */
export const findAlerts = reaction('findAlerts', {
  describes: 'Raises and ends alerts by what happens to records.',
  on: ['*'],
  run: async (event, context) => {
    if (event.record.type === AlertRule.name) forget(context, rulesIn(event.tenant));
    if (event.record.type === AlertRule.name || event.record.type === Alert.name) return;
    const rules = (await activeRules(context)).filter((rule) => concerns(context, rule, event));
    const of = rules.length === 0 ? undefined : context.registry.entities.get(event.record.type);
    const row = of && (await context.trusted(of).find(event.record.id));
    if (row) for (const rule of rules) await hold(context, rule, row, event);
  },
});

const sourceOf = ({ registry }: Context, { trigger }: AlertRuleRow): AlertSource | undefined =>
  sourcesIn(registry).find(({ key }) => key === trigger.source);

const concerns = (context: Context, rule: AlertRuleRow, { type, record }: DomainEvent): boolean => {
  const { kind, on = '', of } = rule.trigger;
  if (kind === 'EVENT') return matchesType(on, type);
  if (kind === 'THRESHOLD') return of === record.type;
  const source = kind === 'PROMISE' ? sourceOf(context, rule) : undefined;
  return source?.kind === 'PROMISE' && source.of === record.type;
};

const findingIn = ({ registry }: Context, rule: AlertRuleRow, row: AnyRow, type: string): Finding => {
  const title = `${rule.name}: ${registry.entity(type).title(row)}`.slice(0, 300);
  return given({ key: row.id, title, record: row.id, owner: row.ownerId, team: row.teamId });
};

const hold = async (context: Context, rule: AlertRuleRow, row: AnyRow, event: DomainEvent): Promise<void> => {
  const { kind } = rule.trigger;
  const finding = findingIn(context, rule, row, event.record.type);
  const isMeant = isOf(context, rule, event.record.type, row);
  const isSilent = event.silent === true;
  if (kind === 'PROMISE') return holdPromise(context, rule, { row, finding, isMeant, isSilent });
  if (!isMeant && kind === 'THRESHOLD') await settle(context, rule, row.id, 'NO_LONGER_SO');
  else if (isMeant && !isSilent) await raise(context, rule, finding);
};

/** Whether a rule looks at a record as it is now. */
const isOf = ({ registry, actor }: Context, { trigger: { where } }: AlertRuleRow, type: string, row: AnyRow): boolean =>
  row.archivedAt === undefined &&
  (where === undefined || filterHolds(registry.entities.get(type), where, row, actor.country));

type Held = {
  readonly row: AnyRow;
  readonly finding: Finding;
  readonly isMeant: boolean;
  readonly isSilent: boolean;
};

const holdPromise = async (context: Context, rule: AlertRuleRow, held: Held): Promise<void> => {
  const { row, finding, isMeant, isSilent } = held;
  const source = sourceOf(context, rule);
  if (source?.kind !== 'PROMISE') return;
  const { is, until } = source.standing(row);
  if (is === 'KEPT' || !isMeant) await settle(context, rule, row.id, 'KEPT');
  else if (isSilent) return;
  else if (is === 'BROKEN') await raise(context, rule, finding);
  else if (until !== undefined) await watch(context, rule, finding, until);
};

/** The time of a promise is over, or that of the next step. What was fulfilled meanwhile alerts to nothing any more. */
export const alertDue = timer(Alert, {
  describes:
    'Raises an alert of a promise that was not kept in time, tells the next people, or ends what nobody resolved.',
  run: async (row, context) => {
    const rule = await context.trusted(AlertRule).find(row.rule);
    if (!rule?.active || rule.archivedAt !== undefined) end(context, row, 'RULE_OFF');
    else if (row.status === 'WATCHING') await promiseOver(context, rule, row);
    else await wake(context, rule, row);
  },
});

/** Who has said that they attend to it is left alone until it is over. */
const wake = async (context: Context, rule: AlertRuleRow, row: AlertRow): Promise<void> => {
  if (row.status === 'OPEN') {
    const over = await overIn(context, rule, row);
    if (over === undefined) await goOn(context, rule, row);
    else end(context, row, over);
  } else expire(context, row);
};

/** Why an alert is over, though no event said so: the record itself is asked before further people are told. */
const overIn = async (context: Context, rule: AlertRuleRow, { key }: AlertRow): Promise<string | undefined> => {
  const { kind, of: type = '' } = rule.trigger;
  if (kind === 'PROMISE') {
    const found = await promiseIn(context, rule, key);
    return !found || found.standing.is === 'KEPT' ? 'KEPT' : undefined;
  }
  const of = kind === 'THRESHOLD' ? context.registry.entities.get(type) : undefined;
  if (!of) return undefined;
  const record = await context.trusted(of).find(key);
  return record && isOf(context, rule, type, record) ? undefined : 'NO_LONGER_SO';
};

const promiseOver = async (context: Context, rule: AlertRuleRow, alert: AlertRow): Promise<void> => {
  const found = await promiseIn(context, rule, alert.key);
  if (!found || found.standing.is === 'KEPT') end(context, alert, 'KEPT');
  else if ((found.standing.until ?? '') <= context.clock.instant())
    await raise(context, rule, findingIn(context, rule, found.row, found.of));
  else context.trusted(Alert).update(alert, { watchedUntil: found.standing.until ?? null }, { aside: true });
};

/** The record that holds a promise, and how that stands now. */
const promiseIn = async (context: Context, rule: AlertRuleRow, record: string) => {
  const source = sourceOf(context, rule);
  const of = source?.kind === 'PROMISE' ? context.registry.entities.get(source.of) : undefined;
  const row = of && (await context.trusted(of).find(record));
  return of && row && source?.kind === 'PROMISE' ? { of: of.name, row, standing: source.standing(row) } : undefined;
};

/** Goals are looked at once a day. */
export const lookAtGoals = timer(AlertRule, {
  describes: 'Looks every day who is behind with a goal.',
  run: async (rule, context) => {
    const today = context.clock.today();
    const source = sourceOf(context, rule);
    const time = await workingTimeOf(context, rule.calendar);
    for (const goal of source?.kind === 'GOAL' ? await source.goals(context, today) : []) {
      const pace = paceOf(goal, today, time);
      const title = `${rule.name}: ${goal.title} (${String(pace)} %)`.slice(0, 300);
      const finding = given({ key: goal.key, title, record: goal.record, owner: goal.user });
      if (pace < (rule.trigger.below ?? 0)) await raise(context, rule, finding);
      else await settle(context, rule, goal.key, 'CAUGHT_UP');
    }
    const looksAt = nextLook(rule.trigger, context.clock.instant(), context.actor.timeZone);
    context.trusted(AlertRule).update(rule, { looksAt }, { aside: true });
  },
});
