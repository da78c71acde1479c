import { given, timer, type AnyEntity, type AnyRow, type Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { shownValues } from '#modules/platform/mail-out';
import { isWorkingDay, workingTimeOf } from '#modules/platform/settings';
import type { UserRow } from '#modules/platform/users';
import { MailRule, type MailRuleRow } from './mail-rule.entity.ts';
import { nextMoment } from './moments.rules.ts';
import { peopleFor } from './recipients.operations.ts';
import { noteProblem, writeMails } from './write-mail.operations.ts';

/** Records that one time looks at. */
const mostRecords = 1000;
/** Records that one mail shows. */
const mostShown = 50;
/** Mails that one unit of work writes; the others follow a minute later. */
const mostAtOnce = 20;

/** The next time of a schedule. */
export const nextAtOf = async (context: Context, { schedule }: Pick<MailRuleRow, 'schedule'>, after: string) => {
  if (!schedule) return undefined;
  const time = await workingTimeOf(context);
  const { timeZone } = context.actor;
  return nextMoment(schedule, after, { timeZone, isWorkingDay: (day) => isWorkingDay(time, day) });
};

/** A rule's time has come. */
export const sendDigests = timer(MailRule, {
  describes: 'Sends the lists of a rule that goes by the clock, and sets its next time.',
  run: async (rule, context) => {
    const of = context.registry.entities.get(rule.of ?? '');
    const lists = of ? await listsOf(context, rule, await matching(context, of, rule)) : [];
    const left = lists.filter(({ reader }) => reader.id > (rule.reached ?? ''));
    const now = left.slice(0, mostAtOnce);
    let problem: string | undefined;
    for (const list of now) problem = (await writeList(context, rule, list)) ?? problem;
    await goOn(context, rule, left.length > now.length ? now.at(-1)?.reader.id : undefined);
    if (problem !== rule.problem) await noteProblem(context, rule.id, problem);
  },
});

const goOn = async (context: Context, rule: MailRuleRow, reached: string | undefined): Promise<void> => {
  const now = context.clock.instant();
  const rules = context.trusted(MailRule);
  if (reached !== undefined) {
    rules.update(rule, { reached, wakesAt: new Date(Date.parse(now) + 60_000).toISOString() }, { aside: true });
    return;
  }
  const nextAt = (await nextAtOf(context, rule, now)) ?? null;
  rules.update(rule, { nextAt, wakesAt: null, reached: null }, { event: 'mailRule.fired' });
};

const matching = async (context: Context, of: AnyEntity, { where }: MailRuleRow): Promise<readonly AnyRow[]> => {
  const list = (page: { readonly first: number; readonly after?: string }) =>
    context.trusted(of).list({ ...page, ...given({ where }) });
  return (await readOn(list, mostRecords)).rows;
};

type List = { readonly reader: UserRow; readonly rows: readonly AnyRow[] };

/** Who gets which records: owners their own, managers those of their people, all others every one. */
const listsOf = async (context: Context, { to }: MailRuleRow, rows: readonly AnyRow[]): Promise<readonly List[]> => {
  const lists = new Map<string, List>();
  const owners = [...new Set(rows.flatMap(({ ownerId }) => ownerId ?? []))];
  for (const recipient of to) {
    const isOwn = recipient.kind === 'OWNER' || recipient.kind === 'MANAGER';
    for (const owner of isOwn ? owners : ['']) {
      const part = isOwn ? rows.filter(({ ownerId }) => ownerId === owner) : rows;
      for (const reader of await peopleFor(context, recipient, [owner])) {
        const known = lists.get(reader.id)?.rows ?? [];
        lists.set(reader.id, { reader, rows: [...new Set([...known, ...part])] });
      }
    }
  }
  return [...lists.values()]
    .filter((list) => list.rows.length > 0)
    .sort((a, b) => (a.reader.id < b.reader.id ? -1 : 1));
};

const writeList = (context: Context, rule: MailRuleRow, { reader, rows }: List): Promise<string | undefined> => {
  const records = rows.slice(0, mostShown).map((row) => shownValues(context, row));
  return writeMails(context, rule, [{ address: reader.email, ...given({ locale: reader.locale }) }], {
    occasion: rule.nextAt ?? '',
    owner: reader.id,
    data: { records, count: rows.length, more: rows.length > mostShown, name: reader.name, rule: rule.name },
  });
};
