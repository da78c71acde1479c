import type { ChangesOf, Context, Repository } from '#kernel';
import { derivedId } from '#kernel/ids';
import { workingTimeOf } from '#modules/platform/settings';
import { stepsDue } from './alert-rule.rules.ts';
import type { AlertRuleRow } from './alert-rule.entity.ts';
import { Alert, mostTold, type AlertRow } from './alert.entity.ts';
import type { Finding } from './standing.operations.ts';
import { readersDue, toTellOf } from './telling.operations.ts';

const hour = 3_600_000;
const later = (instant: string, hours: number): string => new Date(Date.parse(instant) + hours * hour).toISOString();

/** When an alert that was raised then is over, though nobody resolves it. */
export const endOf = ({ expireHours }: AlertRuleRow, raisedAt: string): string => later(raisedAt, expireHours);

/** The id of the one alert for one thing, so that two who see it at once raise one. */
export const alertIdOf = ({ actor }: Context, rule: AlertRuleRow, key: string): string =>
  derivedId(Alert.idPrefix, 'alert', [actor.tenant, rule.id, key]);

/** The alert of a rule about something. */
export const alertOf = (context: Context, rule: AlertRuleRow, key: string): Promise<AlertRow | undefined> =>
  context.trusted(Alert).find(alertIdOf(context, rule, key));

/** The alerts of many rules about one thing, read at once. */
export const alertsAbout = async (
  context: Context,
  rules: readonly AlertRuleRow[],
  key: string,
): Promise<(rule: AlertRuleRow) => AlertRow | undefined> => {
  const found = await context.trusted(Alert).getMany(rules.map((rule) => alertIdOf(context, rule, key)));
  return (rule) => found.get(alertIdOf(context, rule, key));
};

/** Whether an alert has ended. */
export const isOver = ({ status }: AlertRow): boolean => status === 'RESOLVED' || status === 'EXPIRED';

/** Why what ends with its rule ended. */
const ruleOff = 'RULE_OFF';

/** What ended lately is not raised again; what ended with its rule alone may be. */
const isCooling = ({ clock }: Context, { coolDownHours }: AlertRuleRow, alert: AlertRow): boolean => {
  const { endedAt, times, reason } = alert;
  if (endedAt === undefined || times === 0 || reason === ruleOff) return false;
  return isOver(alert) && later(endedAt, coolDownHours) > clock.instant();
};

/** Raises an alert. One that is open already stays as it is; seen AGAIN, that is counted. */
export const raise = async (
  context: Context,
  rule: AlertRuleRow,
  finding: Finding,
  seen: 'ONCE' | 'AGAIN' = 'ONCE',
): Promise<void> => {
  const known = await alertOf(context, rule, finding.key);
  if (!known || known.status === 'WATCHING' || isOver(known)) {
    if (!known || !isCooling(context, rule, known)) await open(context, rule, finding, known);
  } else if (seen === 'AGAIN') context.trusted(Alert).update(known, { repeats: known.repeats + 1 }, { aside: true });
};

const anew = { repeats: 0, step: 0, told: [] } as const;
const unended = { toTell: null, acknowledgedAt: null, acknowledgedBy: null, endedAt: null, reason: null } as const;

const open = async (context: Context, rule: AlertRuleRow, finding: Finding, known: AlertRow | undefined) => {
  const alerts = context.trusted(Alert);
  const raised = { ...anew, raisedAt: context.clock.instant(), times: (known?.times ?? 0) + 1 };
  const row = known
    ? alerts.move(known, 'OPEN', { ...raised, ...unended, ...asFound(finding) })
    : alerts.create(
        { ...finding, ...raised, rule: rule.id, status: 'OPEN' },
        { id: alertIdOf(context, rule, finding.key), event: 'alert.raised' },
      );
  await goOn(context, rule, row);
};

/** Notes who is to be told now, which `tellReaders` does, and sets the clock for whoever comes next; ends what nobody resolved in time. */
export const goOn = async (context: Context, rule: AlertRuleRow, row: AlertRow): Promise<void> => {
  const now = context.clock.instant();
  const { raisedAt = now, step } = row;
  const endsAt = endOf(rule, raisedAt);
  if (endsAt <= now) {
    expire(context, row);
    return;
  }
  const time = await workingTimeOf(context, rule.calendar);
  const { next, nextAt = endsAt } = stepsDue(rule.steps, step, { raisedAt, now, time });
  const readers = await readersDue(context, rule, row, next);
  const told = [...new Set([...row.told, ...readers.map(({ user }) => user)])].slice(0, mostTold);
  const wakesAt = nextAt < endsAt ? nextAt : endsAt;
  const changes: ChangesOf<typeof Alert> = {
    step: next,
    told,
    toTell: toTellOf(row, readers, told),
    wakesAt,
    ...asFound(row),
  };
  context.trusted(Alert).update(row, changes, readers.length > 0 ? { event: 'alert.escalated' } : { aside: true });
};

/** Ends an alert that nobody resolved. */
export const expire = ({ trusted, clock }: Context, row: AlertRow): void => {
  trusted(Alert).move(row, 'EXPIRED', { endedAt: clock.instant(), wakesAt: null });
};

/** Waits until a moment for what was promised; what was put off after it was raised is awaited anew. */
export const watch = async (
  context: Context,
  rule: AlertRuleRow,
  finding: Finding,
  until: string | undefined,
): Promise<void> => {
  const known = await alertOf(context, rule, finding.key);
  if (known?.status === 'WATCHING') watchOn(context, known, finding, until);
  else if (until !== undefined) beginWatch(context, rule, { finding, until, known });
};

/** Whose matter it is and what it is called, so that what is absent now is cleared. */
const asFound = (finding: Pick<Finding, 'owner' | 'team' | 'title' | 'detail'>) => {
  const { owner = null, team = null, detail = null, title } = finding;
  return { owner, team, detail, title } satisfies ChangesOf<typeof Alert>;
};

const watchOn = ({ trusted }: Context, known: AlertRow, finding: Finding, until: string | undefined): void => {
  const isNews = known.watchedUntil !== until || known.owner !== finding.owner || known.title !== finding.title;
  if (isNews) trusted(Alert).update(known, { watchedUntil: until ?? null, ...asFound(finding) }, { aside: true });
};

type Begun = { readonly finding: Finding; readonly until: string; readonly known: AlertRow | undefined };

const beginWatch = (context: Context, rule: AlertRuleRow, { finding, until: watchedUntil, known }: Begun): void => {
  const alerts = context.trusted(Alert);
  if (known) alerts.move(known, 'WATCHING', { ...anew, ...unended, ...asFound(finding), watchedUntil, wakesAt: null });
  else
    alerts.create(
      { ...finding, ...anew, times: 0, watchedUntil, rule: rule.id },
      { id: alertIdOf(context, rule, finding.key), event: 'alert.watched' },
    );
};

/** Ends an alert, if there is one: what it was about is done, or is so no more. */
export const settle = (context: Context, known: AlertRow | undefined, reason: string): void => {
  if (known && !isOver(known)) end(context, known, reason);
};

/** Ends an alert that is not over: of itself, or by whoever may write in `alerts`. */
export const end = (
  { trusted, clock }: Context,
  row: AlertRow,
  reason: string,
  alerts: Pick<Repository<typeof Alert>, 'move'> = trusted(Alert),
): AlertRow => alerts.move(row, 'RESOLVED', { reason, endedAt: clock.instant(), wakesAt: null, watchedUntil: null });

/** Ends an alert whose rule looks at nothing any more. */
export const endWithRule = (context: Context, row: AlertRow): AlertRow => end(context, row, ruleOff);
