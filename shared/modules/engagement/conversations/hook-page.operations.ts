import {
  DomainError,
  longText,
  optional,
  publicPage,
  query,
  ref,
  url,
  type Context,
  type PageAnswer,
  type PageRequest,
} from '#kernel';
import { linkTo } from '#kernel/run-page';
import {
  ChannelAccount,
  isSame,
  isSigned,
  openNotification,
  readInbound,
  readNotification,
  secretsOf,
  type ChannelAccountRow,
  type Notified,
} from '#modules/engagement/channels';
import { chatAddresses } from './chat-addresses.operations.ts';
import { takeInParts } from './hand-in.operations.ts';

/** `/hooks/c/<token>` */
const purpose = 'hook-c';
/** A hook is given to a provider once; the account is archived when it is to end. */
const always = '9999-12-31T00:00:00.000Z';

const answer = (status: number, body: unknown): PageAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

export const channelHook = publicPage(purpose, {
  describes: 'Takes what a provider hands in: messages to us, and what became of ours. What comes twice is taken once.',
  evenPaused: true,
  // Another request wrote the same at the same moment: the provider tries again and finds it done.
  refuse: (_status, code) => (code === 'NOT_UNIQUE' || code === 'CONFLICT' ? answer(503, { code }) : undefined),
  run: async (request, context) => {
    const line = await context.trusted(ChannelAccount).get(request.link.record);
    if (line.archivedAt !== undefined) throw new DomainError('NOT_FOUND', 'The account is closed.');
    const secrets = await secretsOf(context, line.id);
    if (request.method === 'GET') return answerChallenge(request, secrets.VERIFY);
    const body = parsed(request.body);
    if (request.headers['x-amz-sns-message-type'] !== undefined)
      return takeNotified(context, line, await openNotification(context, body, secrets.VERIFY));
    if (!isSigned(line.kind, request, secrets.SIGNING)) return unsigned;
    if (body === undefined) return answer(400, { code: 'BAD_INPUT' });
    return answer(200, { taken: await takeInParts(context, line, readInbound(line.kind, body)) });
  },
});

const unsigned = answer(401, { code: 'SIGNATURE_INVALID' });

/** AWS tells by SNS, which signs in its own way. */
const takeNotified = async (context: Context, line: ChannelAccountRow, notified: Notified): Promise<PageAnswer> => {
  if (notified === undefined) return unsigned;
  if (notified === 'CONFIRMED') return answer(200, { taken: 0 });
  return answer(200, { taken: await takeInParts(context, line, readNotification(line.kind, notified.told)) });
};

/** Meta asks once, when the hook is set up, whether we know the word that was agreed on. */
const answerChallenge = ({ query: asked }: PageRequest, agreed: string | undefined): PageAnswer => {
  const isKnown = agreed !== undefined && isSame(asked['hub.verify_token'] ?? '', agreed);
  if (asked['hub.mode'] !== 'subscribe' || !isKnown) return answer(403, { code: 'FORBIDDEN' });
  return { status: 200, contentType: 'text/plain', body: (asked['hub.challenge'] ?? '').slice(0, 200) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export const channelAddresses = query('channelAddresses', {
  describes: 'Where the provider of a channel account hands in what comes, and where visitors of a site write.',
  needs: 'channelAccount.configure',
  input: { id: ref('ChannelAccount', { describes: 'Which one.' }) },
  returns: {
    hook: optional(url({ describes: 'The hook to be given to the provider.' })),
    page: optional(url({ describes: 'The page of the chat, to be linked from the site.' })),
    snippet: optional(
      longText({
        max: 2000,
        describes: 'HTML that shows the chat in a corner of each page that has it, on the sites that `origins` names.',
      }),
    ),
  },
  run: async ({ id }, context) => {
    const line: ChannelAccountRow = await context.data(ChannelAccount).get(id);
    const link = { record: id, until: always };
    if (line.kind === 'WEB_CHAT') return chatAddresses(context, line, always);
    return { hook: (await linkTo(context, { ...link, purpose })).replace(`/p/${purpose}/`, '/hooks/c/') };
  },
});
