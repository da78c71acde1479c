import { matchesType, reaction, timer, type AnyEntity, type AnyRow, type Context, type DomainEvent } from '#kernel';
import { forget } from '#kernel/remember';
import { isNews } from '#modules/platform/events';
import { Mail } from '#modules/platform/mail-out';
import { isNoticeTemplate } from '#modules/platform/notifications';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert, type AlertRow } from './alert.entity.ts';
import { untold } from './declared.operations.ts';
import { activeRules, isOn, rulesIn } from './known-rules.operations.ts';
import { finder, isByAlerts } from './own-work.rules.ts';
import { alertsAbout, end, endOf, endWithRule, expire, goOn, raise, settle, watch } from './raising.operations.ts';
import { entityOf, filterAt, findingOf, lookAgain, verdictOn } from './standing.operations.ts';

/** What happens is held against the rules; in silence, as imports are, it raises nothing. */
export const findAlerts = reaction(finder, {
  describes: 'Raises and ends alerts by what happens to records.',
  on: ['*'],
  run: async (event, context) => {
    const { type, id } = event.record;
    if (type === AlertRule.name) forget(context, rulesIn(event.tenant));
    if (isOfAlerts(event)) return;
    const of = context.registry.entities.get(type);
    const rules = (await activeRules(context)).filter((rule) => concerns(context, rule, event));
    const row = of && rules.length > 0 ? await context.trusted(of).find(id) : undefined;
    if (!of || !row || isByAlerts(row.createdBy)) return;
    const alertOf = await alertsAbout(context, rules, id);
    for (const rule of rules) await hold(context, rule, { of, row, event, alert: alertOf(rule) });
  },
});

/** Alerts, and what tells people of them, alert to nothing themselves: that would never end. */
export const isOfAlerts = ({ actor, record: { type }, data = {} }: DomainEvent): boolean =>
  untold.has(type) || isByAlerts(actor) || (type === Mail.name && isNoticeTemplate(data['template']));

/** Rules on events hear those alone, unless others could stop what they have raised. */
const concerns = (
  { registry }: Context,
  { trigger, stopWhen }: AlertRuleRow,
  { type, record }: DomainEvent,
): boolean => {
  if (trigger.kind === 'EVENT' && matchesType(trigger.on ?? '', type)) return true;
  if (trigger.kind === 'EVENT' && !stopWhen) return false;
  return entityOf(registry, trigger)?.name === record.type;
};

type Heard = {
  readonly of: AnyEntity;
  readonly row: AnyRow;
  readonly event: DomainEvent;
  /** What the rule has raised about it before. */
  readonly alert: AlertRow | undefined;
  /** Whether it may have been counted when it happened. */
  readonly isLate?: true;
};

/** Holds what has happened to a record against a rule. */
export const hold = async (context: Context, rule: AlertRuleRow, heard: Heard): Promise<void> => {
  const { of, row, event, alert } = heard;
  const verdict = verdictOn(context, rule, of, row);
  const isSilent = event.silent === true;
  if (verdict.is === 'OVER') settle(context, alert, verdict.reason);
  else if (verdict.is === 'AWAITED') await watch(context, rule, findingOf(rule, of, row), verdict.until);
  else if (!isSilent && raises(context, rule, heard) && (await isStillOn(context, rule))) {
    context.trusted(of).hold(row);
    const seen = rule.trigger.kind === 'PROMISE' || heard.isLate ? 'ONCE' : 'AGAIN';
    await raise(context, rule, findingOf(rule, of, row), seen);
  }
};

/** Rules are remembered: one that was switched off a moment ago tells nobody. */
const isStillOn = async ({ trusted }: Context, { id }: AlertRuleRow): Promise<boolean> => {
  const rule = await trusted(AlertRule).find(id);
  return rule !== undefined && isOn(rule);
};

/** A timetable raises at its time alone, an event only the one that it is about. */
const raises = (context: Context, { trigger }: AlertRuleRow, { of, event }: Heard): boolean => {
  if (trigger.kind !== 'EVENT') return trigger.kind !== 'SCHEDULE';
  const where = trigger.where && filterAt(context, trigger.where);
  return isNews({ on: trigger.on, where }, event, of, context.actor.country);
};

/** The time of a promise is over, or that of the next step. What was fulfilled meanwhile alerts to nothing any more. */
export const alertDue = timer(Alert, {
  describes:
    'Raises an alert of a promise that was not kept in time, tells the next people, or ends what nobody resolved.',
  run: async (alert, context) => review(context, await context.trusted(AlertRule).find(alert.rule), alert),
});

/** Holds an alert that is not over against its rule and its record as they are now. */
export const review = async (context: Context, rule: AlertRuleRow | undefined, alert: AlertRow): Promise<void> => {
  if (!rule || !isOn(rule)) {
    endWithRule(context, alert);
    return;
  }
  const { verdict, finding } = await lookAgain(context, rule, alert);
  if (verdict.is === 'OVER') end(context, alert, verdict.reason);
  else if (verdict.is === 'AWAITED' && finding) await watch(context, rule, finding, verdict.until);
  else if (alert.status === 'WATCHING') await (finding && raise(context, rule, finding));
  else if (alert.status === 'ACKNOWLEDGED') leave(context, rule, alert);
  else await goOn(context, rule, { ...alert, ...(finding && asNow(finding)) });
};

/** Whose matter it is by now, and what it is called. */
const asNow = ({ owner, team, title }: NonNullable<Awaited<ReturnType<typeof lookAgain>>['finding']>) => ({
  ...{ title, owner, team },
});

/** Who has said that they attend to it is left alone until it is over. */
const leave = (context: Context, rule: AlertRuleRow, alert: AlertRow): void => {
  const wakesAt = endOf(rule, alert.raisedAt ?? context.clock.instant());
  if (wakesAt <= context.clock.instant()) expire(context, alert);
  else if (wakesAt !== alert.wakesAt) context.trusted(Alert).update(alert, { wakesAt }, { aside: true });
};
