import { DomainError, publicPage, type Context, type PageAnswer, type PageRequest, type SignedLink } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { markup, pagePolicy, refusalPage, webPage, type Html, type Locale } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { ChannelAccount, type ChannelAccountRow } from '#modules/engagement/channels';
import { chatPurpose, chatWords } from './chat-words.rules.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { peerKey } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { takeIn } from './receive.operations.ts';

/** A visit is taken up again for so long. */
const sessionDays = 30;
/** The last messages that the page shows. */
const mostShown = 100;
/** New answers are seen without losing what is being typed. */
const script = `setInterval(function(){var t=document.querySelector('textarea');if(t&&!t.value)location.reload()},5000)`;

type Visit = {
  readonly context: Context;
  readonly line: ChannelAccountRow;
  readonly request: PageRequest & { readonly link: SignedLink };
  readonly locale: Locale;
};

export const chatPage = publicPage(chatPurpose, {
  describes:
    'The chat of a site: whoever follows its link writes, and reads what they are answered; as a page or as JSON.',
  // Who pressed twice has written once: the browser sends it again, and finds it there.
  refuse: (status, code, request) =>
    code === 'NOT_UNIQUE' || code === 'CONFLICT'
      ? { status: 307, contentType: 'text/plain', body: '', headers: { location: request.path } }
      : refusalPage(status, code, request),
  run: async (request, context): Promise<PageAnswer> => {
    const line = await context.trusted(ChannelAccount).get(request.link.record);
    if (line.archivedAt !== undefined) throw new DomainError('NOT_FOUND', 'The chat is closed.');
    const visit = { context, line, request, locale: languageOf(request, line) };
    return request.method === 'POST' ? take(visit) : show(visit);
  },
});

const languageOf = ({ query, headers }: PageRequest, { locale }: ChannelAccountRow): Locale => {
  const asked = query['lang'] ?? /^\s*(es|en)\b/i.exec(headers['accept-language'] ?? '')?.[1]?.toLowerCase();
  return asked === 'es' || asked === 'en' ? asked : locale;
};

const wantsJson = ({ headers }: PageRequest): boolean => (headers['accept'] ?? '').startsWith('application/json');

const json = (body: unknown): PageAnswer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

/** What was typed, of a form or of a program. */
const given = ({ body, headers }: PageRequest): Readonly<Record<string, string>> => {
  if (headers['content-type']?.startsWith('application/json') !== true)
    return Object.fromEntries(new URLSearchParams(body));
  try {
    const value = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    return Object.fromEntries(Object.entries(value ?? {}).map(([name, each]) => [name, String(each)]));
  } catch {
    throw new DomainError('BAD_INPUT', 'The body is no JSON.');
  }
};

/** Whatever is sent twice with the same key is one message; the first one's key is the visit's own. */
const take = async (visit: Visit): Promise<PageAnswer> => {
  const { request } = visit;
  const typed = typedIn(request);
  if (!/^[\w-]{16,60}$/.test(typed.key))
    throw new DomainError('BAD_INPUT', 'A message has a key of 16 signs at least.', ['key']);
  const session = request.link.nonce ?? typed.key;
  if (typed.text !== '') await takeTyped(visit, session, typed);
  const url = await sessionUrl(visit, session);
  if (wantsJson(request)) return json({ session: url });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location: url } };
};

type Typed = { readonly key: string; readonly text: string; readonly name: string; readonly email: string };

const typedIn = (request: PageRequest): Typed => {
  const { key = '', text = '', name = '', email = '' } = given(request);
  return { key, text: text.trim(), name: name.trim().slice(0, 100), email: email.trim().toLowerCase() };
};

const takeTyped = async (visit: Visit, session: string, { key, text, name, email }: Typed): Promise<void> => {
  const message = { id: key, from: session, text, media: [], ...(name !== '' && { name }) };
  const inbound = { messages: [message], news: [] };
  await takeIn(visit.context, visit.line, inbound, (row) => Promise.resolve(introduce(visit, row, email)));
};

/** Who they say that they are is what colleagues see, and no more: until one of them has made sure it is with nobody we know. */
const introduce = ({ context, locale }: Visit, row: ConversationRow, email: string): ConversationRow =>
  context.trusted(Conversation).update(row, { locale, ...(email !== '' && { subject: email.slice(0, 300) }) });

const sessionUrl = ({ context, line, locale }: Visit, session: string): Promise<string> => {
  const until = new Date(context.clock.now().getTime() + sessionDays * 24 * 3_600_000).toISOString();
  const link = { purpose: chatPurpose, record: line.id, until, nonce: session };
  return linkTo(context, link).then((url) => `${url}?lang=${locale}`);
};

const messagesOf = async ({ context, line, request }: Visit): Promise<readonly MessageRow[]> => {
  const { nonce } = request.link;
  if (nonce === undefined) return [];
  const conversation = await context.trusted(Conversation).findUnique('peer', peerKey(nonce, { line: line.id }));
  if (!conversation) return [];
  const asked = { of: conversation.id, first: mostShown, descending: true };
  const { rows } = await context.trusted(Message).page('byConversation', asked);
  return rows.filter(({ direction }) => direction !== 'NOTE').toReversed();
};

const show = async (visit: Visit): Promise<PageAnswer> => {
  const { context, request, locale } = visit;
  const messages = await messagesOf(visit);
  const isOurs = ({ direction }: MessageRow): boolean => direction === 'OUTBOUND';
  if (wantsJson(request))
    return json({
      messages: messages.map((row) => ({ from: isOurs(row) ? 'us' : 'you', text: row.text, at: row.createdAt })),
    });
  const words = chatWords[locale];
  const lines = messages.map((row) => markup`<dt>${isOurs(row) ? words.us : words.you}</dt><dd>${row.text}</dd>`);
  const { name, colour } = await brandOf(context);
  const isNew = request.link.nonce === undefined;
  const body = markup`<dl>${lines}</dl>
    ${form(words, context.ids.next(chatPurpose), isNew)}
    ${isNew ? undefined : { html: `<script>${script}</script>` }}`;
  const page = webPage(200, { title: words.title, locale, sender: name, colour, body });
  return isNew ? page : { ...page, headers: { ...page.headers, ...pagePolicy({ script }) } };
};

const form = (words: (typeof chatWords)[Locale], key: string, isNew: boolean): Html => markup`<form method="post">
  <input type="hidden" name="key" value="${key}" />
  ${
    isNew
      ? markup`<p><label for="name">${words.name}</label><input type="text" id="name" name="name" maxlength="100" /></p>
          <p><label for="email">${words.email}</label><input type="email" id="email" name="email" maxlength="254" /></p>`
      : undefined
  }
  <p><label for="text">${words.message}</label><textarea id="text" name="text" maxlength="4000" required></textarea></p>
  <div class="choices"><button class="main">${words.send}</button></div>
</form>`;
