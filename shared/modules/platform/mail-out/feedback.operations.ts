import { DomainError, given, json, mutation, newMeter, record, ref, type Context } from '#kernel';
import type { Runtime } from '#kernel/context';
import { execute } from '#kernel/execute';
import { newsIn, subjectOf, type News, type SesEvent } from './feedback.rules.ts';
import { Mail, type MailRow } from './mail.entity.ts';
import { overrules } from './mail.rules.ts';
import { suppress } from './suppress.operations.ts';

const noteFeedback = mutation('noteFeedback', {
  describes: 'Writes what the mail service says about a mail into the ledger. The same news twice change nothing.',
  needs: 'mail.send',
  input: { id: ref('Mail', { describes: 'Which one.' }), event: json<SesEvent>({ describes: 'The event of SES.' }) },
  returns: { mail: record(Mail) },
  run: async ({ id, event }, context) => {
    const mail = await context.trusted(Mail).get(id);
    const news = newsIn(event);
    for (const stop of news.suppress) await suppress(context, { ...stop, mail: id });
    return { mail: applyNews(context, mail, news, event.mail.messageId) };
  },
});

const applyNews = (context: Context, mail: MailRow, news: News, messageId: string): MailRow => {
  const { trusted, clock } = context;
  if (news.engagement) return noteEngagement(context, mail, news.engagement);
  const now = news.at ?? clock.instant();
  const fresh = news.problems.filter(
    ({ kind, address }) => !mail.problems.some((known) => known.kind === kind && known.address === address),
  );
  const changes = {
    messageId: mail.messageId ?? messageId,
    sentAt: mail.sentAt ?? now,
    deliveredTo: [...new Set([...mail.deliveredTo, ...news.deliveredTo])],
    problems: [...mail.problems, ...fresh.map((problem) => ({ ...problem, at: now }))].slice(-100),
  };
  const moves = news.status !== undefined && overrules(news.status, mail.status) && mayBecome(mail, news.status);
  if (moves) return trusted(Mail).move(mail, news.status, changes);
  return trusted(Mail).update(mail, changes);
};

/** News that come of an attempt which the ledger had given up are written down; the mail stays what it is. */
const mayBecome = ({ status }: MailRow, next: MailRow['status']): boolean =>
  Mail.states?.moves[status]?.includes(next) === true;

const mostEngagements = 50;
/** A mail that was passed on to a list, or that a machine reads over and over, is counted no further. */
const mostCounted = 1000;
const counters = {
  OPEN: { field: 'opens', event: 'mail.opened' },
  CLICK: { field: 'clicks', event: 'mail.clicked' },
} as const;

/** Two events of one kind, moment and link are one event told twice. */
const noteEngagement = (
  { trusted, clock }: Context,
  mail: MailRow,
  { kind, link, at = clock.instant() }: NonNullable<News['engagement']>,
): MailRow => {
  const known = mail.engagements ?? [];
  if (known.some((each) => each.kind === kind && each.at === at && each.link === link)) return mail;
  const engagements = [...known, given({ kind, at, link })].slice(-mostEngagements);
  const { field, event } = counters[kind];
  if ((mail[field] ?? 0) >= mostCounted) return mail;
  return trusted(Mail).update(mail, { engagements, [field]: (mail[field] ?? 0) + 1 }, { event });
};

/** Takes in an event of SES. Those about mails of others are passed over. */
export const takeFeedback = async (runtime: Runtime, event: SesEvent): Promise<void> => {
  const subject = subjectOf(event);
  if (!subject) return;
  const actor = await runtime.actorFor(subject.tenant, 'mail-feedback');
  const found = await runtime.ports.table.get(
    { pk: `${subject.tenant}#${subject.id}`, sk: 'row' },
    { consistent: true },
  );
  if (!found) {
    runtime.log.warn('An event of SES is about a mail that is not in the ledger.', { mail: subject.id });
    return;
  }
  const call = { runtime, actor, table: runtime.ports.table, meter: newMeter() };
  const note = () => execute(call, noteFeedback, { id: subject.id, event });
  // Two events may stop the same address at the same moment; the second finds it stopped.
  await note().catch((error: unknown) => {
    if (!(error instanceof DomainError) || error.code !== 'NOT_UNIQUE') throw error;
    return note();
  });
};
