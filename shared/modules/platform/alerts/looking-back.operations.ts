// For a minute after a rule was made or changed, other containers still go by the rules that they remember, and pass over what it is
// for. Once all must know of it, that is looked for in the log.
import { matchesType, type Context, type DomainEvent, type Piece } from '#kernel';
import { readFeed } from '#kernel/feed';
import { trustedFor } from '#kernel/remember';
import { placeBefore } from '#modules/platform/events';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { hold, isOfAlerts } from './finding.reactions.ts';
import { isByAlerts } from './own-work.rules.ts';
import { alertOf } from './raising.operations.ts';

/** By how much the list of rules may lag behind them when it is read. */
const lag = 30_000;

/**
 * Notes that a rule is to look back once all know of it: as far as to the first change that not all knew of. What looks by the
 * clock hears nothing.
 */
export const beginToLook = ({ trusted, clock }: Context, rule: AlertRuleRow, changedAt: string): void => {
  const { kind } = rule.trigger;
  if (rule.archivedAt !== undefined || kind === 'SCHEDULE' || kind === 'GOAL') return;
  const looksBackAt = new Date(clock.now().getTime() + trustedFor + lag).toISOString();
  const changes = { looksBackAt, looksBackFrom: rule.looksBackFrom ?? changedAt };
  trusted(AlertRule).update(rule, changes, { aside: true });
};

/** Events of each shard of the log that are read at once. */
const perShard = 10;

type Period = { readonly from: string; readonly to: string; readonly after: string };

/** The next of the events of a period that a rule is on, to be held against it, and where those behind them begin. */
export const heardLate = async (
  { ports: { table }, actor: { tenant } }: Context,
  rule: AlertRuleRow,
  { from, to, after }: Period,
): Promise<{ readonly pieces: readonly Piece[]; readonly next: string | undefined }> => {
  const place = after === '' ? await placeBefore(table, tenant, from) : after.split(',').map(Number);
  const { events, position } = await readFeed(table, tenant, place, perShard);
  const heard = events.filter(({ at }) => at >= from && at <= to).filter((event) => isMeant(rule, event));
  const isOver = events.every(({ at }) => at > to);
  return { pieces: heard.map((event) => pieceOf(rule, event)), next: isOver ? undefined : position.join(',') };
};

const isMeant = ({ trigger }: AlertRuleRow, event: DomainEvent): boolean =>
  matchesType(trigger.on ?? '', event.type) && !isOfAlerts(event);

const pieceOf = (rule: AlertRuleRow, event: DomainEvent): Piece => ({
  key: `event ${event.id}`,
  reads: [event.record.id],
  run: async (context) => {
    const of = context.registry.entities.get(event.record.type);
    const row = of && (await context.trusted(of).find(event.record.id));
    if (!of || !row || isByAlerts(row.createdBy)) return row;
    const alert = await alertOf(context, rule, row.id);
    // What was raised since has told of it.
    if ((alert?.raisedAt ?? '') < event.at) await hold(context, rule, { of, row, event, alert, isLate: true });
    return row;
  },
});
