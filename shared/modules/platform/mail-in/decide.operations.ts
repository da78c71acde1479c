import { given, type Context } from '#kernel';
import { routedMail, type Arrival } from './arrival.rules.ts';
import type { KnownSender, MailRoute } from './extension-points.rules.ts';
import { ignoredBy, isRunaway, type Ignored } from './guards.rules.ts';
import type { InboundMailRow } from './inbound-mail.entity.ts';
import type { MailAddressRow } from './mail-address.entity.ts';
import type { Match } from './matching.operations.ts';
import type { Holder } from './assignment.operations.ts';
import { openByRules, type Opened } from './routing.operations.ts';
import { holderIn } from './thread.operations.ts';

/** What became of a mail. */
export type Decided = {
  readonly outcome: InboundMailRow['outcome'];
  readonly match: Match | undefined;
  readonly ignored?: Ignored;
  readonly record?: string;
  readonly route?: MailRoute;
  readonly known: KnownSender;
  readonly holder: Holder;
};

/** What becomes of a mail, and what it opens. */
export const decide = async (arrival: Arrival, match: Match | undefined): Promise<Decided> => {
  const { known } = arrival.correspondent;
  const place = { match, known, holder: holderOf(match), ...given({ record: recordIn(match) }) };
  const ignored = guardOf(arrival, match);
  if (ignored) return { ...place, outcome: 'IGNORED', ignored };
  if (match) return { ...place, outcome: 'REPLY' };
  return arrival.address?.kind === 'PERSONAL' ? fileOnCard(arrival, arrival.address) : openOrKeep(arrival);
};

/** What is about a record belongs to whom the record belongs to; an answer to a mail of ours, to whoever sent that. */
const holderOf = (match: Match | undefined): Holder =>
  recordIn(match) === undefined ? holderIn(match?.thread ?? match?.mail) : {};

const recordIn = (match: Match | undefined): string | undefined => match?.record?.id ?? match?.thread?.record;

const guardOf = ({ taken, trace }: Arrival, match: Match | undefined): Ignored | undefined => {
  const { mail, receipt, origin } = taken;
  const runaway: Ignored = { reason: 'LOOP', detail: 'Machines seem to answer each other: too many mails in an hour.' };
  const isLoop = match?.thread !== undefined && isRunaway(match.thread.recent, receipt.receivedAt);
  const ignored = ignoredBy(mail, receipt, origin) ?? (isLoop ? runaway : undefined);
  const said = ignored ?? { reason: 'ALL', detail: 'A person seems to have written it.' };
  trace.note('GUARD', said.reason, ignored !== undefined, said.detail);
  return ignored;
};

const fileOnCard = ({ correspondent: { known } }: Arrival, address: MailAddressRow): Decided => {
  const record = known.contact ?? known.account;
  const holder = address.user === undefined ? {} : { owner: address.user };
  const place = { match: undefined, known, holder };
  return record === undefined ? { ...place, outcome: 'KEPT' } : { ...place, record, outcome: 'FILED' };
};

/** Why no rule is asked, if none is. */
const closedBecause = ({ taken, address, correspondent }: Arrival): string | undefined => {
  if (taken.isPaused) return 'Nothing new begins here at present.';
  if (correspondent.direction === 'OUTBOUND') return 'A colleague wrote it.';
  return address?.active === true ? undefined : 'The address opens nothing.';
};

const openOrKeep = async (arrival: Arrival): Promise<Decided> => {
  const { context, taken, trace, address, correspondent } = arrival;
  const { known } = correspondent;
  const holder = {
    ...holderIn(address),
    ...(known.owner !== undefined && { owner: known.owner }),
  };
  const kept: Decided = { outcome: 'KEPT', match: undefined, known, holder };
  const closed = closedBecause(arrival);
  if (!address || closed !== undefined) {
    trace.note('RULE', 'ALL', false, closed ?? 'It came in at no address with rules.');
    return kept;
  }
  const opened = await openByRules(
    context,
    address,
    correspondent,
    routedMail(taken, correspondent),
    taken.attempts,
    trace,
  );
  if (!opened) return kept;
  return { ...kept, ...opened, outcome: 'OPENED', holder: await holderOfOpened(context, opened) };
};

const holderOfOpened = async ({ trusted }: Context, { record, route: { of } }: Opened): Promise<Holder> =>
  holderIn(await trusted(of).find(record));
