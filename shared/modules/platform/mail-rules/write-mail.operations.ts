import { derivedId, DomainError, given, type Context } from '#kernel';
import { Mail, queueMail, refusalsOf, type MailOrder, type MailRow } from '#modules/platform/mail-out';
import { MailRule, type MailRuleRow } from './mail-rule.entity.ts';
import type { Addressee } from './recipients.operations.ts';

/** What a mail of a rule is about. `occasion` and address say which mail it is: the same ones never make two. */
export type Occasion = Pick<MailOrder, 'record' | 'data' | 'owner' | 'replyTo' | 'sendAt'> & {
  readonly occasion: string;
};

/** Writes the mail of an occasion to each of these; answers what kept one from being written, if anything did. */
export const writeMails = async (
  context: Context,
  rule: MailRuleRow,
  addressees: readonly Addressee[],
  { occasion, ...about }: Occasion,
): Promise<string | undefined> => {
  try {
    for (const addressee of addressees) await writeMail(context, rule, addressee, occasion, about);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message.slice(0, 500);
    throw error;
  }
};

const writeMail = async (
  context: Context,
  rule: MailRuleRow,
  { address, locale }: Addressee,
  occasion: string,
  about: Omit<Occasion, 'occasion'>,
): Promise<void> => {
  const id = await unwrittenId(context, rule, [occasion, address.toLowerCase()]);
  if (id === undefined) return;
  const { template, kind, purpose, consent, campaign, attachments, answersHere } = rule;
  const marketing = kind === 'MARKETING' ? given({ purpose, consent }) : {};
  try {
    const order = { to: [address], id, rule: rule.id, template, kind, attachments, answersHere } as const;
    await queueMail(context, { ...order, keepsRefusals: true, ...marketing, ...given({ locale, campaign }), ...about });
  } catch (error) {
    // This address is not written to, others are.
    if (!(error instanceof DomainError) || error.code !== 'TOO_MANY_ANSWERS') throw error;
    context.log.info('A rule passes over an address.', { rule: rule.id, code: error.code });
  }
};

/** A mail that is kept back so often is wanted by nobody. */
const mostTries = 20;

/**
 * The id of the mail that this makes; nothing where it is written. Once means once sent: one that was kept back is written again,
 * by another occasion, as soon as nothing keeps it back any more from what the rule is for now.
 */
const unwrittenId = async (
  context: Context,
  rule: MailRuleRow,
  which: readonly string[],
): Promise<string | undefined> => {
  const secret = await context.ports.secrets.get('idempotency');
  const idOf = (...more: readonly string[]) =>
    derivedId(Mail.idPrefix, secret, [context.actor.tenant, rule.id, ...which, ...more]);
  const first = await context.trusted(Mail).find(idOf());
  if (!first) return idOf();
  if (!rule.once || !wasKeptBack(first)) return undefined;
  if ((await refusalsOf(context, { ...rule, to: first.to, cc: first.cc })).length > 0) return undefined;
  for (const id of [idOf('again'), ...Array.from({ length: mostTries }, (_none, at) => idOf('again', String(at)))]) {
    const before = await context.trusted(Mail).find(id);
    if (!before) return id;
    if (!wasKeptBack(before)) return undefined;
  }
  return undefined;
};

const keptBack: ReadonlySet<string> = new Set(['SUPPRESSED', 'NO_CONSENT']);
const wasKeptBack = ({ status, problems }: MailRow): boolean =>
  status === 'REFUSED' && keptBack.has(problems.at(-1)?.kind ?? '');

/** Notes at the rule why its last mail was not written, or that it was. */
export const noteProblem = async (context: Context, id: string, problem: string | undefined): Promise<void> => {
  const rule = await context.trusted(MailRule).get(id);
  if (rule.problem === problem || rule.archivedAt !== undefined) return;
  const event = problem === undefined ? {} : { event: 'mailRule.failed' as const };
  context.trusted(MailRule).update(rule, { problem: problem ?? null }, event);
};
