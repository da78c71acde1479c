import {
  DomainError,
  forbidden,
  integer,
  list,
  longText,
  mutation,
  notFound,
  optional,
  pageOf,
  prefixOf,
  query,
  record,
  recordInput,
  ref,
  signedIn,
  text,
  versionInput,
  type AnyRow,
  type Context,
} from '#kernel';
import { readersAmong } from '#modules/platform/identity';
import { notify } from '#modules/platform/notifications';
import { User } from '#modules/platform/users';
import { TeamMessage, type TeamMessageRow } from './team-message.entity.ts';

/** The kinds of notification. */
export const mentionedKind = 'teamChat.mentioned';
export const saidKind = 'teamChat.said';

/** Whoever has said something among the last so many hears what is said next. */
const mostHeard = 50;

/** Who sees a record sees what colleagues say about it. @throws NOT_FOUND */
const visible = async (context: Context, id: string): Promise<AnyRow> => {
  const found = (await context.records([id])).get(id);
  if (!found) throw notFound('record', id);
  return found;
};

const speaker = (context: Context): string => {
  const { userId } = context.actor;
  if (userId === undefined) throw forbidden('Only people speak to each other.');
  return userId;
};

export const postTeamMessage = mutation('postTeamMessage', {
  describes:
    'Says something to colleagues about any record, or to a team on the team itself; who is mentioned and sees it is told.',
  needs: signedIn,
  input: {
    record: ref('*', { describes: 'The record that it is about.' }),
    text: longText({ max: 4000, describes: 'What is said.' }),
    mentions: optional(list(ref('User'), { max: 20, describes: 'Whom it is for.' })),
  },
  returns: { teamMessage: record(TeamMessage, 'The message.') },
  run: async ({ record: about, text: said, mentions = [] }, context) => {
    const author = speaker(context);
    const row = await visible(context, about);
    if (said.trim() === '') throw new DomainError('BAD_INPUT', 'Nothing is said.', ['text']);
    const heard = await context
      .trusted(TeamMessage)
      .page('byRecord', { of: about, first: mostHeard, descending: true });
    const teamMessage = context
      .trusted(TeamMessage)
      .create({ record: about, author, text: said.trim(), mentions: [...new Set(mentions)] });
    await tell(context, row, teamMessage, heard.rows);
    return { teamMessage };
  },
});

const tell = async (
  context: Context,
  row: AnyRow,
  { author, text: said, mentions }: TeamMessageRow,
  before: readonly TeamMessageRow[],
): Promise<void> => {
  const name = (await context.trusted(User).find(author))?.name ?? '';
  const where = context.registry.byPrefix.get(prefixOf(row.id))?.title(row) ?? '';
  const body = { es: said, en: said };
  const spokenTo = new Set([...mentions, ...before.map((each) => each.author)]);
  spokenTo.delete(author);
  // Whoever took part may have lost sight of the record since; and anybody can be mentioned.
  const readers = await readersAmong(context, row, [...spokenTo]);
  const named = readers.filter((id) => mentions.includes(id));
  const listening = readers.filter((id) => !mentions.includes(id));
  const mentioned = { es: `${name} le menciona en ${where}`, en: `${name} mentions you on ${where}` };
  const spoke = { es: `${name} escribió en ${where}`, en: `${name} wrote on ${where}` };
  if (named.length > 0)
    await notify(context, { to: named, kind: mentionedKind, title: mentioned, body, about: row.id });
  if (listening.length > 0) await notify(context, { to: listening, kind: saidKind, title: spoke, body, about: row.id });
};

export const editTeamMessage = mutation('editTeamMessage', {
  describes: 'Puts what oneself has said to colleagues differently; `editedAt` shows that. Nobody is told once more.',
  needs: signedIn,
  input: {
    ...recordInput('TeamMessage'),
    text: longText({ max: 4000, describes: 'What is said instead.' }),
  },
  returns: { teamMessage: record(TeamMessage, 'The message.') },
  run: async ({ id, text: said }, context) => {
    const found = await context.trusted(TeamMessage).get(id);
    await visible(context, found.record);
    if (found.author !== speaker(context)) throw forbidden('Only what oneself has said is put differently.');
    if (found.archivedAt !== undefined) throw notFound('TeamMessage', id);
    if (said.trim() === '') throw new DomainError('BAD_INPUT', 'Nothing is said.', ['text']);
    const changes = { text: said.trim(), editedAt: context.clock.instant() };
    return { teamMessage: context.trusted(TeamMessage).update(found, changes) };
  },
});

export const removeTeamMessage = mutation('removeTeamMessage', {
  describes: 'Takes back what oneself has said to colleagues.',
  needs: signedIn,
  input: { id: ref('TeamMessage', { describes: 'Which message.' }), version: versionInput },
  returns: { teamMessage: record(TeamMessage, 'The message.') },
  run: async ({ id }, context) => {
    const found = await context.trusted(TeamMessage).get(id);
    await visible(context, found.record);
    if (found.author !== speaker(context)) throw forbidden('Only what oneself has said is taken back.');
    return { teamMessage: context.trusted(TeamMessage).archive(found) };
  },
});

export const teamChat = query('teamChat', {
  describes: 'What colleagues have said about a record, newest first, to whoever sees the record.',
  needs: signedIn,
  input: {
    record: ref('*', { describes: 'Which record.' }),
    first: optional(integer({ min: 1, max: 100, describes: 'How many; 50 when not said.' })),
    after: optional(text({ max: 500, describes: 'The cursor where the page before ended.' })),
  },
  returns: { messages: pageOf(TeamMessage, 'What was said.') },
  run: async ({ record: about, first = 50, after }, context) => {
    await visible(context, about);
    const asked = { of: about, first, descending: true, ...(after !== undefined && { after }) };
    const page = await context.trusted(TeamMessage).page('byRecord', asked);
    return { messages: { ...page, rows: page.rows.filter(({ archivedAt }) => archivedAt === undefined) } };
  },
});
