import { reaction, type AnyRow, type Context, type DomainEvent } from '#kernel';
import { isNews } from '#modules/platform/events';
import { isMeantFor } from '#modules/platform/mail-in';
import { Mail } from '#modules/platform/mail-out';
import { User } from '#modules/platform/users';
import { knownRules, renewRules } from './known.operations.ts';
import { MailRule, type MailRuleRow } from './mail-rule.entity.ts';
import { addresseesOf } from './recipients.operations.ts';
import { noteProblem, writeMails } from './write-mail.operations.ts';

/** Mails that one event writes, of all rules together: they are one write. */
const mostForEvent = 20;

/** What happens to records sends the mails of the rules that wait for it. */
export const followMailRules = reaction('mailRulesFollowEvents', {
  describes:
    'Writes the mails of rules whose event has happened: one for each event and address, however often it is told.',
  on: ['*'],
  run: async (event, context) => {
    if (event.record.type === MailRule.name) renewRules(context);
    if (event.silent === true || event.record.type === Mail.name) return;
    const of = context.registry.entities.get(event.record.type);
    if (!of) return;
    const heard = (await knownRules(context)).filter(
      (rule) => rule.active && isMeantFor(rule.on, event) && isNews(rule, event, of, context.actor.country),
    );
    let room = mostForEvent;
    for (const rule of heard) room -= await fire(context, rule, event, room);
  },
});

/** Writes to as many as there is room for, of the record as it is now: what happened since is told as well. Answers how many. */
const fire = async (
  context: Context,
  rule: MailRuleRow,
  { id, at, record: { id: about } }: DomainEvent,
  room: number,
): Promise<number> => {
  const record = (await context.records([about])).get(about);
  if (!record || record.archivedAt !== undefined) return 0;
  const sendAt = new Date(Date.parse(at) + rule.delayMinutes * 60_000).toISOString();
  const all = await addresseesOf(context, rule, record);
  const reached = all.slice(0, room);
  const problem = await writeMails(context, rule, reached, {
    occasion: rule.once ? about : id,
    record: about,
    ...(await sender(context, rule, record)),
    ...(rule.delayMinutes > 0 && { sendAt }),
  });
  const crowd =
    all.length > room ? `One event reaches ${String(mostForEvent)} addresses, not ${String(all.length)}.` : problem;
  if (crowd !== rule.problem) await noteProblem(context, rule.id, crowd);
  return reached.length;
};

/** It is sent for the owner of the record, who gets the answers. */
const sender = async ({ trusted }: Context, { answersHere }: MailRuleRow, { ownerId }: AnyRow) => {
  const owner = ownerId === undefined ? undefined : await trusted(User).find(ownerId);
  return owner ? { owner: owner.id, ...(!answersHere && { replyTo: owner.email }) } : {};
};
