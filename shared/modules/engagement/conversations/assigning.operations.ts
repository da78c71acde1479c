import { readOn, type Context } from '#kernel';
import { notify, type Words } from '#modules/platform/notifications';
import { peopleOf, Team } from '#modules/platform/teams';
import { isAbsent, User } from '#modules/platform/users';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { ChannelAccount, type ChannelAccountRow } from '#modules/engagement/channels';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { leastBusy, nextInTurn } from './assigning.rules.ts';

/** The kinds of notification. */
export const assignedKind = 'conversation.assigned';

/**
 * Gives a conversation to somebody: who looks after that customer, if they belong to the team or there is none; else the next of the
 * team as the account has it.
 */
export const assign = async (context: Context, row: ConversationRow): Promise<ConversationRow> => {
  const owner = await chosenFor(context, row);
  if (owner === undefined) return row;
  const assigned = context.trusted(Conversation).update(row, { owner }, { event: 'conversation.assigned' });
  await tellOwner(context, assigned, owner);
  return assigned;
};

const chosenFor = async (context: Context, row: ConversationRow): Promise<string | undefined> => {
  const line = row.line === undefined ? undefined : await context.trusted(ChannelAccount).find(row.line);
  const people = await peopleFor(context, row.team);
  const keeper = await keeperOf(context, row);
  if (keeper !== undefined && (people === undefined || people.includes(keeper))) return keeper;
  if (!line || !people || people.length === 0 || line.assignment === 'NONE') return undefined;
  return line.assignment === 'ROUND_ROBIN' ? inTurn(context, line, people) : byLoad(context, people);
};

/** Who of a team is there today; undefined where there is no team. */
const peopleFor = async (
  { trusted, clock }: Context,
  id: string | undefined,
): Promise<readonly string[] | undefined> => {
  const team = id === undefined ? undefined : await trusted(Team).find(id);
  if (!team || team.archivedAt !== undefined) return undefined;
  const people = await trusted(User).getMany(peopleOf({ members: team.members }));
  return team.members.filter((member) => {
    const person = people.get(member);
    return person?.status === 'ACTIVE' && !isAbsent(person, clock.today());
  });
};

/** Whether somebody works here, and is not away today. */
export const isThere = async ({ trusted, clock }: Context, id: string): Promise<boolean> => {
  const person = await trusted(User).find(id);
  return person?.status === 'ACTIVE' && !isAbsent(person, clock.today());
};

/** Who looks after the customer, if that person is there. */
const keeperOf = async (context: Context, { contact, account }: ConversationRow): Promise<string | undefined> => {
  const { trusted } = context;
  const [person, company] = await Promise.all([
    contact === undefined ? undefined : trusted(Contact).find(contact),
    account === undefined ? undefined : trusted(Account).find(account),
  ]);
  const keeper = person?.ownerId ?? company?.ownerId;
  return keeper !== undefined && (await isThere(context, keeper)) ? keeper : undefined;
};

const inTurn = ({ trusted }: Context, line: ChannelAccountRow, people: readonly string[]): string | undefined => {
  const next = nextInTurn(people, line.lastAssigned);
  if (next !== undefined) trusted(ChannelAccount).update(line, { lastAssigned: next }, { aside: true });
  return next;
};

/** Open conversations that are counted of one person; who has more is as busy. */
const mostCounted = 100;

const byLoad = async ({ trusted }: Context, people: readonly string[]): Promise<string | undefined> => {
  const loads = await Promise.all(
    people.map(async (person) => {
      const { rows } = await readOn(
        (asked) => trusted(Conversation).page('byOwner', { of: person, open: true, ...asked }),
        mostCounted,
      );
      return { person, load: rows.length };
    }),
  );
  return leastBusy(loads);
};

/** Tells somebody that a conversation is theirs now. */
export const tellOwner = async (context: Context, { id, preview, peerName, peer }: ConversationRow, owner: string) => {
  const who = peerName ?? peer;
  const title: Words = { es: `${who} le escribe`, en: `${who} writes to you` };
  const body = preview === undefined ? undefined : { es: preview, en: preview };
  await notify(context, { to: [owner], kind: assignedKind, title, about: id, ...(body && { body }) });
};
