import { boolean, given, mutation, type Context } from '#kernel';
import { excerptOf, routedMail, type Arrival, type MailToTake } from './arrival.rules.ts';
import { correspondentOf, type Correspondent } from './correspondent.operations.ts';
import { decide, type Decided } from './decide.operations.ts';
import { calendarsIn, routesIn } from './extension-points.rules.ts';
import { ignoredEvent } from './guards.rules.ts';
import { InboundMail } from './inbound-mail.entity.ts';
import { MailAddress, type MailAddressRow } from './mail-address.entity.ts';
import { storeAttachments, storeRaw } from './mail-files.operations.ts';
import { matchThread } from './matching.operations.ts';
import { tellOfMail } from './notices.operations.ts';
import { divideQuoted } from './quoted-text.rules.ts';
import { takeAgain } from './reroute.operations.ts';
import { threadWith } from './thread.operations.ts';
import { openTrace, type Trace } from './trace.rules.ts';

/** Takes a mail in: one unit of work for the mail, its conversation, what it opens and its files; twice is once. */
export const takingMail = (taken: MailToTake) =>
  mutation('takeMail', {
    describes: 'Takes a mail in.',
    needs: 'inboundMail.receive',
    input: {},
    returns: {
      isNew: boolean({ describes: 'Whether it was written; not when it had come before, or its address is gone.' }),
    },
    run: async (_input, context) => {
      const before = await context.trusted(InboundMail).find(taken.id);
      if (before) await takeAgain(context, before, taken);
      if (before) return { isNew: false };
      const trace = openTrace();
      const address = await addressOf(context, taken, trace);
      const correspondent = await correspondentOf(context, taken, address, trace);
      const arrival: Arrival = { context, taken, trace, address, correspondent };
      await answerInvitations(arrival);
      const match = await matchThread(context, questionOf(arrival));
      // The address is no more, and nothing else says whose conversation it is: it was meant for nobody.
      if (!address && !match) return { isNew: false };
      await writeMail(arrival, await decide(arrival, match));
      return { isNew: true };
    },
  });

/** The private address first: whoever uses it files a mail, and opens nothing. */
const addressOf = async (
  { trusted }: Context,
  { targets }: MailToTake,
  trace: Trace,
): Promise<MailAddressRow | undefined> => {
  const ids = targets.filter((id) => id.startsWith(`${MailAddress.idPrefix}_`));
  const found = await trusted(MailAddress).getMany(ids);
  const live = [...found.values()].filter(({ archivedAt }) => archivedAt === undefined);
  const address = live.find(({ kind }) => kind === 'PERSONAL') ?? live[0];
  const said = address ? `It came in at ${address.name}.` : 'It came in at the address of a conversation or record.';
  trace.note('RECIPIENT', address?.kind ?? 'THREAD', true, said);
  return address;
};

const questionOf = ({ taken, correspondent, address, trace }: Arrival) => {
  const { mail, targets, receipt, isVouched } = taken;
  return {
    ...{ mail, targets, trace, receivedAt: receipt.receivedAt, isVouched },
    sender: correspondent.isColleague ? mail.from.address : correspondent.other.address,
    known: correspondent.known,
    // A colleague may speak in every conversation; who only says to be one may not.
    isColleague: correspondent.isColleague && isVouched,
    ...(address && { address: address.id }),
  };
};

/** Calendar programs answer invitations by mail; machines do so too, so that this comes before the guards. */
const answerInvitations = async ({ context, taken, trace }: Arrival): Promise<void> => {
  for (const calendar of taken.mail.calendars.slice(0, 5)) {
    for (const { take } of calendarsIn(context.registry)) {
      const came = await take(context, calendar, taken.mail.from.address);
      trace.note('CALENDAR', 'ITIP', came !== undefined, came ?? 'It holds no answer to an invitation of ours.');
    }
  }
};

const writeMail = async (arrival: Arrival, decided: Decided): Promise<void> => {
  const { context, taken, correspondent, trace } = arrival;
  const { match, ignored } = decided;
  const thread = ignored ? match?.thread : await inThread(arrival, decided);
  if (!ignored) await tellRecord(arrival, decided);
  const attachments = await attachmentsOf(arrival, decided);
  const raw = await storeRaw(context, taken.id, taken.raw);
  const row = context.trusted(InboundMail).create(
    {
      ...written(taken, correspondent),
      isReply: match !== undefined,
      outcome: decided.outcome,
      raw,
      attachments,
      decisions: trace.decisions,
      ...placeOf(arrival, decided, thread?.id),
    },
    { id: taken.id, event: ignored ? ignoredEvent : 'inboundMail.received' },
  );
  if (!ignored) await tellOfMail(context, row, thread);
};

const placeOf = ({ address }: Arrival, { record, known, holder, ignored }: Decided, thread: string | undefined) => ({
  ...given({ thread, record, contact: known.contact, account: known.account, ...holder }),
  ...given({ ignoredFor: ignored?.reason, address: address?.id, rulesVersion: address?.rulesVersion }),
});

/** What does harm is not taken out of the mail. */
const attachmentsOf = async ({ context, taken: { id, mail }, trace }: Arrival, { ignored }: Decided) => {
  if (mail.problem !== undefined) trace.note('ATTACHMENT', 'MIME', false, `It could not be opened: ${mail.problem}`);
  const isHarmful = ignored?.reason === 'VIRUS' || ignored?.reason === 'SPAM';
  return isHarmful ? [] : storeAttachments(context, id, mail.files, trace);
};

const inThread = ({ context, taken, address, correspondent }: Arrival, { match, record, known, holder }: Decided) => {
  const { mail, receipt } = taken;
  const { receivedAt } = receipt;
  const about = { mail, receivedAt, correspondent, known, address, record, holder };
  return threadWith(context, match?.thread, { ...about, ...given({ answers: match?.mail?.id }) });
};

/** What an answer does to the record that it is about. */
const tellRecord = async ({ context, taken, correspondent }: Arrival, decided: Decided): Promise<void> => {
  const { outcome, record: id } = decided;
  if (outcome !== 'REPLY' || id === undefined || correspondent.direction === 'OUTBOUND') return;
  const route = routesIn(context.registry).find(({ of }) => id.startsWith(`${of.idPrefix}_`));
  const record = route && (await context.trusted(route.of).find(id));
  if (record && record.archivedAt === undefined) await route.reply?.(context, record, routedMail(taken, correspondent));
};

/** What stands in the mail itself. */
const written = ({ mail, receipt }: MailToTake, { direction, other }: Correspondent) => {
  const { shown, quoted } = divideQuoted(mail.text);
  return {
    direction,
    from: mail.from.address,
    ...(mail.from.name !== '' && { fromName: mail.from.name }),
    ...given({ replyTo: mail.replyTo }),
    ...(other.address !== '' && other.address !== mail.from.address && { correspondent: other.address }),
    to: mail.to,
    cc: mail.cc,
    subject: mail.subject,
    excerpt: excerptOf(shown),
    ...(mail.writtenAt !== undefined && { writtenAt: mail.writtenAt }),
    receivedAt: receipt.receivedAt,
    ...(mail.messageId !== undefined && { messageId: mail.messageId }),
    verdicts: receipt.verdicts,
    size: mail.size,
    body: [
      { kind: 'SHOWN' as const, content: shown.slice(0, mostShown).toWellFormed() },
      ...(quoted === '' ? [] : [{ kind: 'QUOTED' as const, content: quoted.slice(0, mostShown).toWellFormed() }]),
    ],
  };
};

/** Both halves of a text stand in one item of the table, which holds 400 KB. */
const mostShown = 60_000;
