import {
  boolean,
  DomainError,
  given,
  MailRefused,
  mutation,
  newMeter,
  optional,
  record,
  ref,
  text,
  type AnsweredBy,
  type AnyOperation,
  type GivenTo,
} from '#kernel';
import type { Runtime } from '#kernel/context';
import { execute, openReader } from '#kernel/execute';
import { Mail, type MailRow } from './mail.entity.ts';
import { composeMail } from './mime.operations.ts';
import { mostAttempts, nextTry } from './outgoing.rules.ts';
import { turnOf } from './pace.operations.ts';
import { hint } from './hint.operations.ts';
import { refuse } from './refuse.operations.ts';
import { refusalsOf } from './welcome.operations.ts';

/** What a message of the queue says. */
export type MailToSend = { readonly tenant: string; readonly mail: string };

const which = { id: ref('Mail', { describes: 'Which one.' }) };
const what = 'send-mail';

const findMail = mutation('findMail', {
  describes: 'Reads a mail as it is now, not as an index knew it.',
  needs: 'mail.send',
  input: which,
  returns: { mail: optional(record(Mail)) },
  run: async ({ id }, { trusted }) => {
    const mail = await trusted(Mail).find(id);
    return mail ? { mail } : {};
  },
});

/** Takes a mail for sending: of several callers, one. It says SENDING before the call (design.md section 9). */
const takeMail = mutation('takeMail', {
  describes: 'Takes a queued mail for sending.',
  needs: 'mail.send',
  input: which,
  returns: { taken: boolean({ describes: 'Whether it is the caller who sends it.' }) },
  run: async ({ id }, context) => {
    const mails = context.trusted(Mail);
    const mail = await mails.get(id);
    const now = context.clock.instant();
    if (mail.status !== 'QUEUED' || (mail.sendAt !== undefined && mail.sendAt > now)) return { taken: false };
    const refusals = await refusalsOf(context, mail);
    if (refusals.length > 0) {
      refuse(context, mail, refusals);
      return { taken: false };
    }
    const turn = await turnOf(context, mail, now);
    if (turn > now) {
      const waiting = mails.update(mail, { sendAt: turn, slotAt: turn }, { event: 'mail.postponed' });
      context.afterCommit(() => hint(context, waiting));
      return { taken: false };
    }
    mails.move(mail, 'SENDING', { triedAt: now, attempts: mail.attempts + 1 });
    return { taken: true };
  },
});

const noteSent = mutation('noteSent', {
  describes: 'Notes that the mail service has taken a mail.',
  needs: 'mail.send',
  input: { ...which, messageId: text({ max: 120, describes: 'Its id there.' }) },
  returns: { mail: record(Mail) },
  run: async ({ id, messageId }, { trusted, clock }) => {
    const mail = await trusted(Mail).get(id);
    const changes = { messageId, sentAt: mail.sentAt ?? clock.instant() };
    if (mail.status !== 'SENDING') return { mail: trusted(Mail).update(mail, changes) };
    return { mail: trusted(Mail).move(mail, 'SENT', changes) };
  },
});

const noteFailure = mutation('noteFailure', {
  describes: 'Notes that a mail did not go out, for good or for now.',
  needs: 'mail.send',
  input: {
    ...which,
    detail: text({ max: 500, describes: 'Why.' }),
    isRefusal: boolean({ describes: 'The mail service will not send it.' }),
    isHaste: optional(boolean({ describes: 'It was asked too fast; later it may.' })),
  },
  returns: { mail: record(Mail) },
  run: async ({ id, detail, isRefusal, isHaste }, { trusted, clock }) => {
    const mail = await trusted(Mail).get(id);
    if (mail.status !== 'SENDING' && mail.status !== 'QUEUED') return { mail };
    const now = clock.instant();
    if (isHaste === true && mail.attempts < mostAttempts && mail.status === 'SENDING') {
      const sendAt = nextTry(now, mail.attempts);
      return { mail: trusted(Mail).move(mail, 'QUEUED', { triedAt: now, sendAt }, { event: 'mail.postponed' }) };
    }
    const kind = isRefusal ? ('REFUSAL' as const) : ('FAILURE' as const);
    const problems = [...mail.problems, { kind, at: now, detail }];
    return { mail: trusted(Mail).move(mail, isRefusal ? 'REFUSED' : 'FAILED', { problems }) };
  },
});

/**
 * Sends a mail of the ledger. May be called any number of times for the same one, and may die anywhere: what was not sent
 * stays queued, and of what nobody can tell, its timer asks again in ten minutes.
 */
export const sendQueued = async (runtime: Runtime, { tenant, mail: id }: MailToSend): Promise<void> => {
  // It stays queued; when the tenant goes on, its timer announces it again, or gives it up if that was too long.
  if (await runtime.isPaused(tenant)) return;
  const actor = await runtime.actorFor(tenant, what);
  const call = { runtime, actor, table: runtime.ports.table, meter: newMeter() };
  const run = async <O extends AnyOperation>(operation: O, input: GivenTo<O>): Promise<AnsweredBy<O>> =>
    (await execute(call, operation, input as Readonly<Record<string, unknown>>)) as AnsweredBy<O>;
  const { mail } = await run(findMail, { id });
  if (mail?.status !== 'QUEUED') return;
  const raw = await composeMail(openReader(call).context, mail).catch(async (error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
    await run(noteFailure, { id, detail: error.message.slice(0, 500), isRefusal: false });
  });
  if (!raw || !(await run(takeMail, { id })).taken) return;
  const sent = await handOver(runtime, mail, raw, tenant);
  if ('messageId' in sent) await run(noteSent, { id, messageId: sent.messageId });
  else if (sent.refused) await run(noteFailure, { id, detail: sent.detail, isRefusal: true, isHaste: sent.isHaste });
};

type Outcome =
  { readonly messageId: string } | { readonly refused: boolean; readonly detail: string; readonly isHaste: boolean };

const handOver = async (runtime: Runtime, mail: MailRow, raw: Uint8Array, tenant: string): Promise<Outcome> => {
  try {
    const from = /<([^<>]+)>$/.exec(mail.from)?.[1] ?? mail.from;
    return await runtime.ports.mailer.send({
      from,
      to: [...mail.to, ...mail.cc],
      raw,
      stream: mail.kind,
      tags: given({ tenant, mail: mail.id, campaign: mail.campaign }),
    });
  } catch (error) {
    const refused = error instanceof MailRefused;
    if (!refused) runtime.log.warn('Nobody can tell whether a mail went out.', { mail: mail.id, error: String(error) });
    return { refused, detail: String(error).slice(0, 500), isHaste: refused && isHaste(error) };
  }
};

const isHaste = ({ cause }: MailRefused): boolean => cause instanceof Error && /throttl/i.test(cause.name);
