import { prefixOf, type AnyRow, type Context } from '#kernel';
import { Mail, threadHeader, type MailRow } from '#modules/platform/mail-out';
import { routesIn, type KnownSender } from './extension-points.rules.ts';
import { targetsOf } from './inbox.operations.ts';
import { MailAddress } from './mail-address.entity.ts';
import { MailThread, type MailThreadRow } from './mail-thread.entity.ts';
import { headerOf, numbersIn, topicOf, type ParsedMail } from './parsed-mail.rules.ts';
import { findReferences, messageKey } from './references.operations.ts';
import type { Trace } from './trace.rules.ts';

/** What is asked of a mail to find its conversation. */
export type Question = {
  readonly mail: ParsedMail;
  /** Ids of records of this tenant at whose addresses it came in. */
  readonly targets: readonly string[];
  readonly sender: string;
  readonly known: KnownSender;
  readonly isColleague: boolean;
  /** Whether the sender’s domain may have sent it; what a forger can write decides nothing otherwise. */
  readonly isVouched: boolean;
  readonly address?: string;
  readonly receivedAt: string;
  readonly trace: Trace;
};

/** What a mail continues: a conversation, or a record about which none has begun. */
export type Match = {
  readonly thread?: MailThreadRow;
  readonly record?: AnyRow;
  /** The mail of ours that it answers, where no conversation has begun with it. */
  readonly mail?: MailRow;
};

type Finder = {
  readonly test: string;
  readonly needsVouching: boolean;
  find(context: Context, question: Question): Promise<Match | undefined>;
};

/** Whether the sender may speak in a conversation: takes part, or belongs to whom one writes with. */
const takesPart = ({ sender, known, isColleague }: Question, thread: MailThreadRow): boolean =>
  isColleague ||
  thread.participants.includes(sender) ||
  (known.account !== undefined && known.account === thread.account) ||
  (known.contact !== undefined && known.contact === thread.contact);

const belongs = ({ known, isColleague }: Question, record: AnyRow): boolean =>
  isColleague ||
  (known.account !== undefined && known.account === record['account']) ||
  (known.contact !== undefined && known.contact === record['contact']);

const threadsOf = async ({ trusted }: Context, ids: readonly string[]): Promise<readonly MailThreadRow[]> => {
  const found = await trusted(MailThread).getMany(ids);
  return ids.flatMap((id) => found.get(id) ?? []).filter(({ archivedAt }) => archivedAt === undefined);
};

/** The conversation about a record in which the sender takes part, else the record alone. */
const matchRecord = async (context: Context, { sender }: Question, record: AnyRow): Promise<Match> => {
  const references = await findReferences(context, [['about', record.id, sender]]);
  const [thread] = await threadsOf(
    context,
    references.map(({ thread: id }) => id),
  );
  return thread ? { thread } : { record };
};

const recordOf = async ({ registry, trusted }: Context, id: string): Promise<AnyRow | undefined> => {
  const of = registry.byPrefix.get(prefixOf(id));
  return of && !of.internal ? trusted(of).find(id) : undefined;
};

/** What a mail of ours belongs to: the conversation that it was sent in, else the record that it is about. */
const matchMail = async (context: Context, question: Question, mail: MailRow): Promise<Match> => {
  const { id, about, thread: within = '' } = mail;
  const references = await findReferences(context, [['mail', id]]);
  const ids = [within, ...references.map(({ thread }) => thread)].filter(
    (each) => prefixOf(each) === MailThread.idPrefix,
  );
  const [thread] = await threadsOf(context, ids);
  if (thread) return { thread };
  const record = about === undefined ? undefined : await recordOf(context, about);
  return { mail, ...(record && (await matchRecord(context, question, record))) };
};

const matchTarget = async (context: Context, question: Question, id: string): Promise<Match | undefined> => {
  const record = await recordOf(context, id);
  if (!record || record.archivedAt !== undefined) return undefined;
  if (record.id.startsWith(`${MailThread.idPrefix}_`)) return { thread: record as unknown as MailThreadRow };
  if (record.id.startsWith(`${Mail.idPrefix}_`)) return matchMail(context, question, record as unknown as MailRow);
  return matchRecord(context, question, record);
};

const byTargets = async (
  context: Context,
  question: Question,
  targets: readonly string[],
): Promise<Match | undefined> => {
  for (const id of targets.filter((each) => !each.startsWith(`${MailAddress.idPrefix}_`))) {
    const match = await matchTarget(context, question, id);
    if (match) return match;
  }
  return undefined;
};

const byMessages: Finder['find'] = async (context, question) => {
  const { references } = question.mail;
  const known = await findReferences(context, references.map(messageKey));
  const threads = await threadsOf(
    context,
    known.map(({ thread }) => thread),
  );
  const thread = threads.find((each) => takesPart(question, each));
  if (thread) return { thread };
  if (threads.length > 0)
    question.trace.note(
      'THREAD',
      'REFERENCES',
      false,
      'It refers to a conversation in which its sender takes no part.',
    );
  return byMailsOfOurs(context, question);
};

/** Mails of ours that it can refer to; the nearest are the ones that count. */
const mostAsked = 5;

const byMailsOfOurs: Finder['find'] = async (context, question) => {
  for (const messageId of question.mail.references.slice(0, mostAsked)) {
    const mail = await context.trusted(Mail).findByNaturalKey(messageKey(messageId)[1]);
    if (mail && [...mail.to, ...mail.cc].some((address) => address.toLowerCase() === question.sender))
      return matchMail(context, question, mail);
  }
  return undefined;
};

const byNumbers: Finder['find'] = async (context, question) => {
  for (const number of numbersIn(question.mail.subject)) {
    for (const route of routesIn(context.registry)) {
      const record = await route.byNumber?.(context, number);
      if (record && belongs(question, record)) return matchRecord(context, question, record);
      if (record) question.trace.note('THREAD', 'NUMBER', false, `${number} is of somebody else.`);
    }
  }
  return undefined;
};

/** A subject counts for the same conversation so long. */
const topicDays = 14;

const byTopic: Finder['find'] = async (context, question) => {
  const topic = topicOf(question.mail.subject);
  if (topic === '') return undefined;
  const references = await findReferences(context, [['topic', topic, question.sender]]);
  const since = Date.parse(question.receivedAt) - topicDays * 86_400_000;
  const recent = references.filter(({ seenAt }) => Date.parse(seenAt) >= since);
  const threads = await threadsOf(
    context,
    recent.map(({ thread }) => thread),
  );
  const isHere = ({ address }: MailThreadRow): boolean =>
    address === undefined || question.address === undefined || address === question.address;
  const thread = threads.find(isHere);
  return thread && { thread };
};

/** In this order (domain.md section 8). */
const finders: readonly Finder[] = [
  {
    test: 'ADDRESS',
    needsVouching: false,
    find: (context, question) => byTargets(context, question, question.targets),
  },
  { test: 'REFERENCES', needsVouching: true, find: byMessages },
  {
    test: 'HEADER',
    needsVouching: false,
    find: async (context, question) => {
      const named = await targetsOf(context.ports, headerOf(question.mail, threadHeader.toLowerCase()));
      const own = named.filter(({ tenant }) => tenant === context.actor.tenant).map(({ record }) => record);
      return byTargets(context, question, own);
    },
  },
  { test: 'NUMBER', needsVouching: true, find: byNumbers },
  { test: 'TOPIC', needsVouching: true, find: byTopic },
];

/** The conversation or record that a mail continues; nothing when it begins one. */
export const matchThread = async (context: Context, question: Question): Promise<Match | undefined> => {
  const { trace } = question;
  for (const { test, needsVouching, find } of finders) {
    if (needsVouching && !question.isVouched) {
      trace.note('THREAD', test, false, 'Not asked: its sender’s domain does not vouch for it.');
      continue;
    }
    const match = await find(context, question);
    trace.note('THREAD', test, match !== undefined, sayMatch(match));
    if (match) return match;
  }
  return undefined;
};

const sayMatch = (match: Match | undefined): string => {
  if (!match) return 'Nothing was found.';
  return match.thread ? `It continues ${match.thread.id}.` : `It is about ${match.record?.id ?? 'a mail of ours'}.`;
};
