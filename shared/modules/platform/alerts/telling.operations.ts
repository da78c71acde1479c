// Telling people of an alert: whom the steps name that are due, each as the step says or as they have settled themselves.
import type { Context } from '#kernel';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import type { AlertRuleRow, AlertStep } from './alert-rule.entity.ts';
import type { AlertRow } from './alert.entity.ts';
import { channelsIn } from './extension-points.rules.ts';
import { readersOf } from './readers.operations.ts';

/** What an alert tells people by. */
export const alertNotice: NotificationKind = {
  key: 'alert.raised',
  label: { es: 'Alertas', en: 'Alerts' },
  usual: 'MAIL',
};

type Channel = AlertStep['channel'];
/** Somebody who is to be told, and how. */
export type Reader = { readonly id: string; readonly channel: Channel };

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
      if (isAgain || (!due.has(id) && !alert.told.includes(id))) due.set(id, { id, channel: step.channel });
    }
  return [...due.values()];
};

/** Tells them. Where a channel of another module reaches somebody not, a mail does. */
export const tell = async (
  context: Context,
  { note }: AlertRuleRow,
  alert: AlertRow,
  readers: readonly Reader[],
): Promise<void> => {
  const said = (text: string) => ({ es: text, en: text });
  const notice = {
    ...{ kind: alertNotice.key, title: said(alert.title), about: alert.record ?? alert.id },
    ...(note !== undefined && { body: said(note) }),
  };
  const reached = await Promise.all(readers.map((reader) => reach(context, alert, reader)));
  for (const [channel, group] of Map.groupBy(reached, (reader) => reader.channel))
    await notify(context, { ...notice, to: group.map(({ id }) => id), ...(channel && { channel }) });
};

/** By what the notice itself goes: in the product alone once another channel has told them. */
const reach = async (context: Context, alert: AlertRow, { id, channel }: Reader) => {
  if (channel !== 'SMS') return { id, channel };
  const by = channelsIn(context.registry).find(({ key }) => key === channel);
  const occasion = `${alert.id} ${String(alert.times)} ${String(alert.step)}`;
  const isTold = await by?.tell(context, id, { occasion, text: { es: alert.title, en: alert.title } });
  return { id, channel: isTold === true ? ('IN_APP' as const) : ('MAIL' as const) };
};
