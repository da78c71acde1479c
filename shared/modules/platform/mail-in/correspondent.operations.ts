import type { Context } from '#kernel';
import { User } from '#modules/platform/users';
import type { MailToTake } from './arrival.rules.ts';
import { sendersIn, type KnownSender } from './extension-points.rules.ts';
import { targetsOf } from './inbox.operations.ts';
import { MailAddress, type MailAddressRow } from './mail-address.entity.ts';
import { isForward, type Mailbox, type ParsedMail } from './parsed-mail.rules.ts';
import { forwardedSender } from './quoted-text.rules.ts';
import type { Trace } from './trace.rules.ts';

/** With whom a mail is exchanged, seen from the tenant. */
export type Correspondent = {
  readonly direction: 'INBOUND' | 'OUTBOUND';
  readonly isColleague: boolean;
  /** Whoever outside wrote it, or to whom a colleague wrote. */
  readonly other: Mailbox;
  readonly known: KnownSender;
  /** The addresses outside. */
  readonly participants: readonly string[];
  /** A colleague filed it and answers from their own mailbox: nobody waits for us. */
  readonly isFiled?: boolean;
};

/** Addresses that are looked up of one mail. */
const mostAddresses = 50;

/** Of the addresses, those of people outside: neither colleagues nor addresses of our own. */
const outsideOf = async (
  context: Context,
  addresses: readonly string[],
): Promise<{ readonly outside: readonly string[]; readonly colleagues: ReadonlySet<string> }> => {
  const asked = [...new Set(addresses)].filter((address) => address !== '').slice(0, mostAddresses);
  const [users, own, inboxes] = await Promise.all([
    context.trusted(User).findAllUnique('email', asked),
    context.trusted(MailAddress).findAllUnique('address', asked),
    targetsOf(context.ports, asked),
  ]);
  const inside = inboxes.filter(({ tenant }) => tenant === context.actor.tenant).map(({ address }) => address);
  const ours = new Set([...users.keys(), ...own.keys(), ...inside]);
  return { outside: asked.filter((address) => !ours.has(address)), colleagues: new Set(users.keys()) };
};

/** Who is known by an address: whoever answers first, completed by the others. */
export const findSender = async (context: Context, address: string): Promise<KnownSender> => {
  let known: KnownSender = {};
  if (address === '') return known;
  for (const { find } of sendersIn(context.registry)) known = { ...(await find(context, address)), ...known };
  return known;
};

const firstKnown = async (
  context: Context,
  addresses: readonly string[],
): Promise<{ readonly address: string; readonly known: KnownSender }> => {
  for (const address of addresses.slice(0, 10)) {
    const known = await findSender(context, address);
    if (!isStranger(known)) return { address, known };
  }
  return { address: addresses[0] ?? '', known: {} };
};

/** What a colleague hands on is of whoever wrote it. */
const handedOn = ({ attachedSender, subject, text }: ParsedMail): string | undefined =>
  attachedSender ?? (isForward(subject) ? forwardedSender(text) : undefined);

/** With whom a mail is exchanged. */
export const correspondentOf = async (
  context: Context,
  { mail, isVouched }: Pick<MailToTake, 'mail' | 'isVouched'>,
  address: MailAddressRow | undefined,
  trace: Trace,
): Promise<Correspondent> => {
  const isPersonal = address?.kind === 'PERSONAL';
  const { outside: participants, colleagues } = await outsideOf(context, [mail.from.address, ...mail.to, ...mail.cc]);
  // Anybody can write a name of ours above a mail; only a colleague knows a private address.
  const isColleague = colleagues.has(mail.from.address) && (isPersonal || isVouched);
  const original = isColleague ? handedOn(mail) : undefined;
  if (original !== undefined) {
    const theirs = await fromOutside(context, { address: original, name: '' }, participants, trace);
    return { ...theirs, isFiled: isPersonal };
  }
  if (isColleague) return toCustomer(await firstKnown(context, participants), { participants, isColleague }, trace);
  const byOwner = isPersonal ? await fromUnknownMailbox(context, mail, participants, trace) : undefined;
  return byOwner ?? fromOutside(context, mail.from, participants, trace);
};

const fromOutside = async (
  context: Context,
  other: Mailbox,
  participants: readonly string[],
  trace: Trace,
): Promise<Correspondent> => {
  const known = await findSender(context, other.address);
  noteSender(trace, other.address, known);
  const all = [...new Set([other.address, ...participants])].filter((address) => address !== '');
  return { direction: 'INBOUND', isColleague: false, other, known, participants: all };
};

/** Whoever uses a private address may write to somebody we know from a mailbox that we do not know. */
const fromUnknownMailbox = async (
  context: Context,
  { from }: ParsedMail,
  participants: readonly string[],
  trace: Trace,
): Promise<Correspondent | undefined> => {
  if (!isStranger(await findSender(context, from.address))) return undefined;
  const found = await firstKnown(context, participants);
  return isStranger(found.known) ? undefined : toCustomer(found, { participants, isColleague: false }, trace);
};

const isStranger = ({ contact, account }: KnownSender): boolean => contact === undefined && account === undefined;

/** A person of ours wrote to a customer: from the address that we know, or at the private address from another one. */
const toCustomer = (
  { address, known }: { readonly address: string; readonly known: KnownSender },
  rest: Pick<Correspondent, 'participants' | 'isColleague'>,
  trace: Trace,
): Correspondent => {
  noteSender(trace, address, known);
  return { direction: 'OUTBOUND', other: { address, name: '' }, known, ...rest };
};

const noteSender = (trace: Trace, address: string, { contact, account }: KnownSender): void => {
  const who = [contact, account].filter((id) => id !== undefined).join(' of ');
  trace.note('SENDER', address || 'nobody', who !== '', who === '' ? 'Nobody knows this address.' : `It is ${who}.`);
};
