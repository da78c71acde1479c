import { randomUUID } from 'node:crypto';
import {
  DomainError,
  given,
  publicPage,
  type Context,
  type PageAnswer,
  type PageRequest,
  type PublicPage,
  type SignedLink,
} from '#kernel';
import { linkTo } from '#kernel/run-page';
import { fileLink, pagePolicy, refusalPage, webPage, type Html, type Locale } from '#modules/platform/links';
import { brandOf, later } from '#modules/platform/mail-out';
import { File } from '#modules/platform/files';
import { ChannelAccount, type ChannelAccountRow } from '#modules/engagement/channels';
import { chatHtml, chatScript, type ChatLine } from './chat-html.rules.ts';
import { tooMuchFor } from './chat-limit.operations.ts';
import { chatSnippet } from './chat-snippet.rules.ts';
import { knownAs, typedIn, type Typed } from './chat-typed.rules.ts';
import { chatPurposes, chatWords, visitDays } from './chat-words.rules.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { peerKey } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { takeIn } from './receive.operations.ts';

/** The last messages that the page shows. */
const mostShown = 100;
/** For so long a file that was sent can be fetched after the page was shown. */
const fileMinutes = 60;

type Visit = {
  readonly context: Context;
  readonly line: ChannelAccountRow;
  readonly request: PageRequest & { readonly link: SignedLink };
  readonly locale: Locale;
  /** As whom the visitor is known; nobody before the first message. */
  readonly peer?: string;
};

// Who pressed twice has written once: the browser sends it again, and finds it there.
const refuse: NonNullable<PublicPage['refuse']> = (status, code, request) =>
  code === 'NOT_UNIQUE' || code === 'CONFLICT'
    ? { status: 307, contentType: 'text/plain', body: '', headers: { location: request.path } }
    : refusalPage(status, code, request);

const run: PublicPage['run'] = async (request, context) => {
  const line = await context.trusted(ChannelAccount).get(request.link.record);
  if (line.archivedAt !== undefined) throw new DomainError('NOT_FOUND', 'The chat is closed.');
  const { nonce: peer } = request.link;
  const visit = { context, line, request, locale: languageOf(request, line), ...given({ peer }) };
  return request.method === 'POST' ? take(visit) : show(visit);
};

export const chatPage = publicPage(chatPurposes.door, {
  describes: 'The chat of a site: whoever follows its link writes a first message, and goes on at a page of their own.',
  refuse,
  run,
});

export const chatVisitPage = publicPage(chatPurposes.visit, {
  describes:
    'What one visitor of a site wrote and was answered, until 30 days after they wrote last; as a page or as JSON.',
  refuse,
  run,
});

export const chatScriptPage = publicPage(chatPurposes.script, {
  describes: 'The script that shows the chat in a corner of the pages of a web site.',
  run: async ({ link }, context) => {
    const line = await context.trusted(ChannelAccount).get(link.record);
    if (line.archivedAt !== undefined) throw new DomainError('NOT_FOUND', 'The chat is closed.');
    const address = await linkTo(context, { purpose: chatPurposes.door, record: line.id, until: link.until });
    return {
      status: 200,
      contentType: 'text/javascript; charset=utf-8',
      body: chatSnippet(address, (await brandOf(context)).colour),
      headers: { 'cache-control': 'public, max-age=300', 'cross-origin-resource-policy': 'cross-origin' },
    };
  },
});

const languageOf = ({ query, headers }: PageRequest, { locale }: ChannelAccountRow): Locale => {
  const asked = query['lang'] ?? /^\s*(es|en)\b/i.exec(headers['accept-language'] ?? '')?.[1]?.toLowerCase();
  return asked === 'es' || asked === 'en' ? asked : locale;
};

const wantsJson = ({ headers }: PageRequest): boolean => (headers['accept'] ?? '').startsWith('application/json');

const json = (status: number, body: unknown): PageAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

/** Whatever is sent twice with the same key is one message; the first one's key makes the visitor known. */
const take = async (visit: Visit): Promise<PageAnswer> => {
  const { context, request, line } = visit;
  const typed = typedIn(request);
  const peer = visit.peer ?? knownAs(typed.key);
  const seconds = await tooMuchFor(context, {
    line: line.id,
    visit: peer,
    isNew: visit.peer === undefined,
    ip: request.ip,
  });
  if (seconds !== undefined) return refuseForNow(visit, seconds);
  if (typed.text !== '') await takeTyped(visit, peer, typed);
  const url = await visitUrl(visit, peer);
  if (wantsJson(request)) return json(200, { session: url });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location: url } };
};

const refuseForNow = ({ request, locale }: Visit, seconds: number): PageAnswer => {
  const { title, tooMany } = chatWords[locale];
  const page = wantsJson(request)
    ? json(429, { code: 'RATE_LIMITED', message: tooMany })
    : webPage(429, { title, locale, body: { html: `<p>${tooMany}</p>` } });
  return { ...page, headers: { ...page.headers, 'retry-after': String(seconds) } };
};

const takeTyped = async (visit: Visit, peer: string, { key, text, name, email }: Typed): Promise<void> => {
  const message = { id: knownAs(key), from: peer, text, media: [], ...(name !== '' && { name }) };
  const inbound = { messages: [message], news: [] };
  await takeIn(visit.context, visit.line, inbound, (row) => Promise.resolve(introduce(visit, row, email)));
};

/** Who they say that they are is what colleagues see, and no more: until one of them has made sure it is with nobody we know. */
const introduce = ({ context, locale }: Visit, row: ConversationRow, claimedEmail: string): ConversationRow =>
  context.trusted(Conversation).update(row, { locale, ...(claimedEmail !== '' && { claimedEmail }) });

const visitUrl = ({ context, line, locale }: Visit, peer: string): Promise<string> => {
  const until = new Date(context.clock.now().getTime() + visitDays * 24 * 3_600_000).toISOString();
  const link = { purpose: chatPurposes.visit, record: line.id, until, nonce: peer };
  return linkTo(context, link).then((url) => `${url}?lang=${locale}`);
};

/** What came in, and what of ours has left: neither notes nor what is still to be sent, or never was. */
const shownStatuses: ReadonlySet<string> = new Set(['RECEIVED', 'SENT', 'DELIVERED', 'READ']);

const messagesOf = async ({ context, line, peer }: Visit): Promise<readonly MessageRow[]> => {
  if (peer === undefined) return [];
  const conversation = await context.trusted(Conversation).findUnique('peer', peerKey(peer, { line: line.id }));
  if (!conversation) return [];
  const asked = { of: conversation.id, first: mostShown, descending: true };
  const { rows } = await context.trusted(Message).page('byConversation', asked);
  return rows.filter(({ status }) => shownStatuses.has(status)).toReversed();
};

const linesOf = async (visit: Visit): Promise<readonly ChatLine[]> => {
  const { context } = visit;
  const messages = await messagesOf(visit);
  const files = await context.trusted(File).getMany(messages.flatMap(({ file }) => file ?? []));
  return Promise.all(
    messages.map(async ({ direction, text, createdAt: at, file: id }) => {
      const file = id === undefined ? undefined : files.get(id);
      const until = later(context.clock.instant(), fileMinutes);
      const sent = file && { name: file.name, url: await fileLink(context, file.id, until) };
      return { isOurs: direction === 'OUTBOUND', text, at, ...given({ file: sent }) };
    }),
  );
};

const show = async (visit: Visit): Promise<PageAnswer> => {
  const { request, locale, peer } = visit;
  const lines = await linesOf(visit);
  if (wantsJson(request))
    return json(200, { messages: lines.map(({ isOurs, ...line }) => ({ from: isOurs ? 'us' : 'you', ...line })) });
  const isNew = peer === undefined;
  return onPage(visit, chatHtml(lines, chatWords[locale], { key: randomUUID(), isNew }), isNew);
};

/** The sites that the account names may show it within their pages, and no others. */
const onPage = async ({ context, line, locale }: Visit, body: Html, isNew: boolean): Promise<PageAnswer> => {
  const { name, colour } = await brandOf(context);
  const page = webPage(200, { title: chatWords[locale].title, locale, sender: name, colour, body });
  const policy = pagePolicy({ framedBy: line.origins, ...(!isNew && { script: chatScript }) });
  return { ...page, headers: { ...page.headers, ...policy } };
};
