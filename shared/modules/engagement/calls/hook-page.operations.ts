import { DomainError, publicPage, type PageAnswer, type PageRequest } from '#kernel';
import { parseInput } from '#kernel/validate';
import { isSigned } from '#modules/engagement/channels';
import { newsFields } from './call-news.rules.ts';
import { hookPurpose, secretsOf } from './line-secrets.operations.ts';
import { takeNews } from './news.operations.ts';
import { PhoneLine } from './phone-line.entity.ts';

const answer = (status: number, body: object): PageAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new DomainError('BAD_INPUT', 'The body is no JSON.');
  }
};

/** How far its clock may be from ours. What is older somebody may have kept to send it again. */
const freshSeconds = 300;

/** Whether the exchange signed this, and a moment ago. */
const isOfExchange = ({ headers, body }: PageRequest, now: Date, secret: string | undefined): boolean => {
  const { 'x-timestamp': second = '' } = headers;
  const isFresh = /^\d{1,12}$/.test(second) && Math.abs(now.getTime() / 1000 - Number(second)) <= freshSeconds;
  return isFresh && isSigned('GENERIC', { headers, body: `${second}.${body}` }, secret);
};

/** Where exchanges tell of calls. The address says which line; the signature that it is its exchange that speaks. */
export const phoneHook = publicPage(hookPurpose, {
  describes: 'Takes what a telephone exchange tells of calls: it rings, was answered, has ended, was recorded.',
  run: async (request, context) => {
    const line = await context.trusted(PhoneLine).find(request.link.record);
    if (!line || line.archivedAt !== undefined) throw new DomainError('NOT_FOUND', 'There is no such line.');
    const { SIGNING } = await secretsOf(context, line.id);
    if (!isOfExchange(request, context.clock.now(), SIGNING))
      return answer(401, { code: 'SIGNATURE_INVALID', message: 'It was not signed for this line within 5 minutes.' });
    const news = parseInput(newsFields, parsed(request.body), { country: context.actor.country });
    const call = await takeNews(context, line, news);
    return answer(200, call ? { call: call.id, status: call.status } : { status: 'FORGOTTEN' });
  },
});
