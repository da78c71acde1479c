// Telling people of an alert: whom the steps name that are due, each as the step says or as they have settled themselves.
import { given, reaction, type Context, type Locale } from '#kernel';
import { notify, type NotificationKind, type Words } from '#modules/platform/notifications';
import { User } from '#modules/platform/users';
import { ownerWords } from './alert-words.rules.ts';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert, type AlertRow } from './alert.entity.ts';
import { channelsIn } from './extension-points.rules.ts';
import { teller } from './own-work.rules.ts';
import { readersOf } from './readers.operations.ts';

/** What an alert tells people by. */
export const alertNotice: NotificationKind = {
  key: 'alert.raised',
  label: { es: 'Alertas', en: 'Alerts' },
  usual: 'MAIL',
};

/** Somebody who is to be told, and how. */
type Reader = NonNullable<AlertRow['toTell']>[number];

/**
 * Whom the first `next` steps name that are to be told now: who was told of none, as after the matter has passed to somebody else,
 * and by a step that is only due now and names a channel, everybody.
 */
export const readersDue = async (
  context: Context,
  { steps }: AlertRuleRow,
  alert: AlertRow,
  next: number,
): Promise<readonly Reader[]> => {
  const due = new Map<string, Reader>();
  for (const [index, step] of steps.slice(0, next).entries())
    for (const id of await readersOf(context, step, alert)) {
      const isAgain = index >= alert.step && step.channel !== undefined;
      if (isAgain || (!due.has(id) && !alert.told.includes(id)))
        due.set(id, given({ user: id, channel: step.channel }));
    }
  return [...due.values()];
};

/** Who is to be told once these are too: each once, by what was said last, of those of whom it is kept. */
export const toTellOf = (
  alert: AlertRow,
  readers: readonly Reader[],
  told: readonly string[],
): readonly Reader[] | null => {
  const each = new Map([...(alert.toTell ?? []), ...readers].map((reader) => [reader.user, reader]));
  const kept = [...each.values()].filter(({ user }) => told.includes(user));
  return kept.length > 0 ? kept : null;
};

/** People told in one piece: each takes a notice, a mail or a message, and one write has room for a hundred items. */
const perPiece = 10;

/** A few at a time, each time the alert says that some are left; nobody any more once somebody attends to it or it is over. */
export const tellReaders = reaction(teller, {
  describes: 'Tells people of an alert: those whom its steps name that are due.',
  on: ['alert.*'],
  run: async ({ record, data = {} }, context) => {
    if (data['toTell'] === undefined) return;
    const alert = await context.trusted(Alert).find(record.id);
    const rule = alert?.status === 'OPEN' ? await context.trusted(AlertRule).find(alert.rule) : undefined;
    if (!alert?.toTell || !rule) return;
    const left = alert.toTell.slice(perPiece);
    context.trusted(Alert).update(alert, { toTell: left.length > 0 ? left : null }, { aside: true });
    await tell(context, rule, alert, alert.toTell.slice(0, perPiece));
  },
});

/** Tells them. Where a channel of another module reaches somebody not, a mail does. */
const tell = async (
  context: Context,
  { note }: AlertRuleRow,
  alert: AlertRow,
  readers: readonly Reader[],
): Promise<void> => {
  const said = (text: string) => ({ es: text, en: text });
  const body = await bodyOf(context, alert, note);
  const notice = {
    ...{ kind: alertNotice.key, title: said(alert.title), about: alert.record ?? alert.id },
    ...(body && { body }),
  };
  const reached = await Promise.all(readers.map((reader) => reach(context, alert, reader)));
  for (const [channel, group] of Map.groupBy(reached, (reader) => reader.channel))
    await notify(context, { ...notice, to: group.map(({ user }) => user), ...(channel && { channel }) });
};

/** The room that a notice has. */
const mostWords = 2000;

/** What there is to know beyond the title: how things stand or whose matter it is, and the note of the rule. */
const bodyOf = async ({ trusted }: Context, { owner, detail }: AlertRow, note?: string): Promise<Words | undefined> => {
  const name = detail || owner === undefined ? undefined : (await trusted(User).find(owner))?.name;
  const words = detail ?? (name === undefined ? undefined : ownerWords(name));
  const inWords = (locale: Locale): string =>
    [words?.[locale], note]
      .filter((text) => text !== undefined)
      .join(' ')
      .slice(0, mostWords);
  return words || note !== undefined ? { es: inWords('es'), en: inWords('en') } : undefined;
};

/** By what the notice itself goes: in the product alone once another channel has told them. */
const reach = async (context: Context, alert: AlertRow, { user, channel }: Reader) => {
  if (channel !== 'SMS') return { user, channel };
  const by = channelsIn(context.registry).find(({ key }) => key === channel);
  const occasion = `${alert.id} ${String(alert.times)} ${String(alert.step)}`;
  const isTold = await by?.tell(context, user, { occasion, text: { es: alert.title, en: alert.title } });
  return { user, channel: isTold === true ? ('IN_APP' as const) : ('MAIL' as const) };
};
