import { DomainError, publicPage, type PageAnswer } from '#kernel';
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

/** Where exchanges tell of calls. The address says which line; the signature that it is its exchange that speaks. */
export const phoneHook = publicPage(hookPurpose, {
  describes: 'Takes what a telephone exchange tells of calls: it rings, was answered, has ended, was recorded.',
  run: async (request, context) => {
    const line = await context.trusted(PhoneLine).find(request.link.record);
    if (!line || line.archivedAt !== undefined) throw new DomainError('NOT_FOUND', 'There is no such line.');
    const { SIGNING } = await secretsOf(context, line.id);
    if (!isSigned('GENERIC', request, SIGNING))
      return answer(401, { code: 'SIGNATURE_INVALID', message: 'The signature is not that of this line.' });
    const news = parseInput(newsFields, parsed(request.body), { country: context.actor.country });
    const { id, status } = await takeNews(context, line, news);
    return answer(200, { call: id, status });
  },
});
