import type { ChangesOf, Context } from '#kernel';
import { derivedId } from '#kernel/ids';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { workingTimeOf } from '#modules/platform/settings';
import { stepsDue } from './alert-rule.rules.ts';
import type { AlertRuleRow } from './alert-rule.entity.ts';
import { Alert, type AlertRow } from './alert.entity.ts';
import { readersOf } from './readers.operations.ts';

/** What an alert tells people by. */
export const alertNotice: NotificationKind = {
  key: 'alert.raised',
  label: { es: 'Alertas', en: 'Alerts' },
  usual: 'MAIL',
};

/** What a rule has found. */
export type Finding = {
  readonly key: string;
  readonly title: string;
  readonly record?: string;
  readonly owner?: string;
  readonly team?: string;
};

const hour = 3_600_000;
const later = (instant: string, hours: number): string => new Date(Date.parse(instant) + hours * hour).toISOString();

/** When an alert that was raised then is over, though nobody resolves it. */
export const endOf = ({ expireHours }: AlertRuleRow, raisedAt: string): string => later(raisedAt, expireHours);

/** One alert for one thing, so that two who see it at once raise one. */
const idOf = ({ actor }: Context, rule: AlertRuleRow, key: string): string =>
  derivedId(Alert.idPrefix, 'alert', [actor.tenant, rule.id, key]);

/** The alert of a rule about something. */
export const alertOf = (context: Context, rule: AlertRuleRow, key: string): Promise<AlertRow | undefined> =>
  context.trusted(Alert).find(idOf(context, rule, key));

const isOver = ({ status }: AlertRow): boolean => status === 'RESOLVED' || status === 'EXPIRED';

/** What ended lately is not raised again. */
const isCooling = ({ clock }: Context, { coolDownHours }: AlertRuleRow, { endedAt }: AlertRow): boolean =>
  endedAt !== undefined && later(endedAt, coolDownHours) > clock.instant();

/** Raises an alert, or counts that it was seen again. */
export const raise = async (context: Context, rule: AlertRuleRow, finding: Finding): Promise<void> => {
  const known = await alertOf(context, rule, finding.key);
  if (known && (known.status === 'OPEN' || known.status === 'ACKNOWLEDGED'))
    context.trusted(Alert).update(known, { repeats: known.repeats + 1 }, { aside: true });
  else if (!known || !isOver(known) || known.times === 0 || !isCooling(context, rule, known))
    await open(context, rule, finding, known);
};

const anew = { repeats: 0, step: 0, told: [] } as const;
const unended = { acknowledgedAt: null, acknowledgedBy: null, endedAt: null, reason: null } as const;

const open = async (context: Context, rule: AlertRuleRow, finding: Finding, known: AlertRow | undefined) => {
  const alerts = context.trusted(Alert);
  const raised = { ...anew, raisedAt: context.clock.instant(), times: (known?.times ?? 0) + 1 };
  const { owner = null, team = null, title } = finding;
  const row = known
    ? alerts.move(known, 'OPEN', { ...raised, ...unended, owner, team, title })
    : alerts.create(
        { ...finding, ...raised, rule: rule.id, status: 'OPEN' },
        { id: idOf(context, rule, finding.key), event: 'alert.raised' },
      );
  await goOn(context, rule, row);
};

/** Tells whoever is due, and sets the clock for whoever comes next; ends what nobody resolved in time. */
export const goOn = async (context: Context, rule: AlertRuleRow, row: AlertRow): Promise<void> => {
  const now = context.clock.instant();
  const { raisedAt = now, step } = row;
  const endsAt = endOf(rule, raisedAt);
  if (endsAt <= now) {
    expire(context, row);
    return;
  }
  const time = await workingTimeOf(context, rule.calendar);
  const { due, next, nextAt = endsAt } = stepsDue(rule.steps, step, { raisedAt, now, time });
  const readers = (await Promise.all(due.map((each) => readersOf(context, each, row)))).flat();
  const fresh = [...new Set(readers)].filter((reader) => !row.told.includes(reader));
  const wakesAt = nextAt < endsAt ? nextAt : endsAt;
  const changes: ChangesOf<typeof Alert> = { step: next, told: [...row.told, ...fresh], wakesAt };
  context.trusted(Alert).update(row, changes, fresh.length > 0 ? { event: 'alert.escalated' } : { aside: true });
  if (fresh.length > 0) await tell(context, rule, row, fresh);
};

const tell = async (context: Context, { note }: AlertRuleRow, row: AlertRow, to: readonly string[]): Promise<void> => {
  const said = (text: string) => ({ es: text, en: text });
  const about = row.record ?? row.id;
  const notice = { to, kind: alertNotice.key, title: said(row.title), about };
  await notify(context, { ...notice, ...(note !== undefined && { body: said(note) }) });
};

/** Ends an alert that nobody resolved. */
export const expire = ({ trusted, clock }: Context, row: AlertRow): void => {
  trusted(Alert).move(row, 'EXPIRED', { endedAt: clock.instant(), wakesAt: null });
};

/** Waits until a moment for what was promised. */
export const watch = async (context: Context, rule: AlertRuleRow, finding: Finding, until: string): Promise<void> => {
  const alerts = context.trusted(Alert);
  const known = await alertOf(context, rule, finding.key);
  const { owner = null, team = null, title } = finding;
  if (!known) {
    const begun = { ...anew, times: 0, watchedUntil: until, rule: rule.id };
    alerts.create({ ...finding, ...begun }, { id: idOf(context, rule, finding.key), event: 'alert.watched' });
  } else if (isOver(known))
    alerts.move(known, 'WATCHING', { ...anew, ...unended, watchedUntil: until, owner, team, title });
  else if (known.status === 'WATCHING' && (known.watchedUntil !== until || known.owner !== finding.owner))
    alerts.update(known, { watchedUntil: until, owner, team, title }, { aside: true });
};

/** Ends an alert: what it was about is done, or is so no more. */
export const settle = async (context: Context, rule: AlertRuleRow, key: string, reason: string): Promise<void> => {
  const known = await alertOf(context, rule, key);
  if (known && !isOver(known)) end(context, known, reason);
};

/** Ends an alert that is not over. */
export const end = ({ trusted, clock }: Context, row: AlertRow, reason: string): AlertRow =>
  trusted(Alert).move(row, 'RESOLVED', { reason, endedAt: clock.instant(), wakesAt: null, watchedUntil: null });
