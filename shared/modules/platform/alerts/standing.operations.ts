// How what a rule looks at stands now: the record is asked itself, so that nothing is raised that is fulfilled already.
import { given, wordOf, type AnyEntity, type AnyRow, type Context, type Filter, type Registry } from '#kernel';
import { filterHolds } from '#modules/platform/events';
import type { Words } from '#modules/platform/notifications';
import { resolved } from '#modules/platform/workflows';
import type { AlertRuleRow } from './alert-rule.entity.ts';
import type { AlertRow } from './alert.entity.ts';
import { sourcesIn, type AlertSource } from './extension-points.rules.ts';

/** What a rule has found. */
export type Finding = {
  readonly key: string;
  readonly title: string;
  readonly detail?: Words;
  readonly record?: string;
  readonly owner?: string;
  readonly team?: string;
};

/** What a rule says of a record: it is the matter, it will be unless something is done by then, or it is not, and why. */
export type Verdict =
  | { readonly is: 'FOUND' }
  | { readonly is: 'AWAITED'; readonly until?: string }
  | { readonly is: 'OVER'; readonly reason: string };

const over = (reason: string): Verdict => ({ is: 'OVER', reason });

/** The promise or goal that a rule names. */
export const sourceOf = (registry: Registry, { source }: AlertRuleRow['trigger']): AlertSource | undefined =>
  sourcesIn(registry).find(({ key }) => key === source);

/** The entity whose records a rule looks at; goals have none. */
export const entityOf = (registry: Registry, trigger: AlertRuleRow['trigger']): AnyEntity | undefined => {
  const { kind, on = '', of = '' } = trigger;
  if (kind === 'EVENT') return [...registry.entities.values()].find(({ name }) => wordOf(name) === on.split('.')[0]);
  const source = sourceOf(registry, trigger);
  return registry.entities.get(source?.kind === 'PROMISE' ? source.of : of);
};

/** What `now` and `today` in a filter are. */
export type Moments = { readonly now: string; readonly today: string };
/** They, as they are now. */
export const momentsOf = ({ clock }: Pick<Context, 'clock'>): Moments => ({
  now: clock.instant(),
  today: clock.today(),
});

/** A filter of a rule with the moments that stand in it. */
export const filterAt = (context: Context, filter: Filter, moments = momentsOf(context)): Filter =>
  resolved(filter, moments) as Filter;

const holds = (context: Context, of: AnyEntity, filter: Filter, row: AnyRow): boolean =>
  filterHolds(of, filterAt(context, filter), row, context.actor.country);

/** What a rule says of a record as it is now. Of what happened it says that it did, until it is stopped. */
export const verdictOn = (context: Context, rule: AlertRuleRow, of: AnyEntity, row: AnyRow): Verdict => {
  const { trigger, stopWhen } = rule;
  if (stopWhen && holds(context, of, stopWhen, row)) return over('STOPPED');
  if (trigger.kind === 'EVENT') return { is: 'FOUND' };
  const isMeant = row.archivedAt === undefined && (!trigger.where || holds(context, of, trigger.where, row));
  if (trigger.kind === 'PROMISE') {
    const stands = promised(context, rule, row);
    return isMeant || stands.is === 'OVER' ? stands : over('NO_LONGER_SO');
  }
  return isMeant ? { is: 'FOUND' } : over('NO_LONGER_SO');
};

const promised = ({ registry, clock }: Context, { trigger }: AlertRuleRow, row: AnyRow): Verdict => {
  const source = sourceOf(registry, trigger);
  const { is, until } = source?.kind === 'PROMISE' ? source.standing(row) : ({ is: 'KEPT' } as const);
  if (is === 'KEPT') return over('KEPT');
  if (is === 'BROKEN' || (until !== undefined && until <= clock.instant())) return { is: 'FOUND' };
  return given({ is: 'AWAITED' as const, until });
};

/** What an alert about a record says. */
export const findingOf = (rule: AlertRuleRow, of: AnyEntity, row: AnyRow): Finding => {
  const title = `${rule.name}: ${of.title(row)}`.slice(0, 300);
  // Nothing new may refer to what is archived.
  const record = row.archivedAt === undefined ? row.id : undefined;
  return given({ key: row.id, title, record, owner: row.ownerId, team: row.teamId });
};

/**
 * How the matter of an alert stands now. The record is held: whoever fulfils it while people are being told comes first, and
 * nobody is told. Goals are looked at by day alone.
 */
export const lookAgain = async (
  context: Context,
  rule: AlertRuleRow,
  alert: AlertRow,
): Promise<{ readonly verdict: Verdict; readonly finding?: Finding }> => {
  const of = entityOf(context.registry, rule.trigger);
  if (!of) return { verdict: { is: 'FOUND' } };
  const row = await context.trusted(of).find(alert.key);
  if (!row) return { verdict: over('GONE') };
  context.trusted(of).hold(row);
  const isGone = rule.trigger.kind === 'EVENT' && (row.archivedAt ?? '') > (alert.raisedAt ?? '');
  return { verdict: isGone ? over('ARCHIVED') : verdictOn(context, rule, of, row), finding: findingOf(rule, of, row) };
};
