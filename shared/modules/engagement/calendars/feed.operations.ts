import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  choice,
  defaulted,
  DomainError,
  mutation,
  optional,
  publicPage,
  record,
  ref,
  text,
  url,
  versionInput,
  type Context,
  type PageAnswer,
  type PageRequest,
} from '#kernel';
import { linkTo } from '#kernel/run-page';
import { User } from '#modules/platform/users';
import { CalendarFeed, type CalendarFeedRow } from './calendar-feed.entity.ts';
import { feedText } from './feed-content.operations.ts';

const purpose = 'ical';
/** The address of a feed has no end but its revocation. */
const forever = '9999-12-31T00:00:00.000Z';

const withAddress = {
  feed: record(CalendarFeed, 'The feed.'),
  url: url({ describes: 'The address to subscribe to. It is shown this once: whoever has it reads the agenda.' }),
};

export const createCalendarFeed = mutation('createCalendarFeed', {
  describes: 'Makes an address under which a calendar program reads one’s agenda.',
  needs: 'calendarFeed.create',
  input: {
    name: text({ min: 1, max: 100, describes: 'For which program: phone, laptop.' }),
    detail: defaulted(
      choice(['FULL', 'BUSY'], { named: 'FeedDetail', describes: 'FULL, or BUSY: only when.' }),
      'FULL',
    ),
  },
  returns: withAddress,
  run: async ({ name, detail }, context) => {
    const { userId } = context.actor;
    if (userId === undefined) throw new DomainError('BAD_INPUT', 'Only a person has an agenda.');
    const feed = context.data(CalendarFeed).create({ name, detail, owner: userId, secret: newSecret() });
    return { feed, url: await addressOf(context, feed) };
  },
});

/** 192 bits. */
const newSecret = (): string => randomBytes(24).toString('base64url');

const addressOf = async (context: Context, { id, secret }: CalendarFeedRow): Promise<string> => {
  const link = await linkTo(context, { purpose, record: id, until: forever, nonce: secret });
  return `${link.replace(`/p/${purpose}/`, `/${purpose}/`)}.ics`;
};

export const revokeCalendarFeed = mutation('revokeCalendarFeed', {
  describes: 'Makes the address of a feed void at once.',
  needs: 'calendarFeed.update',
  input: { id: ref('CalendarFeed', { describes: 'Which one.' }), version: optional(versionInput) },
  returns: CalendarFeed,
  run: async ({ id }, { data }) => data(CalendarFeed).move(await data(CalendarFeed).get(id), 'REVOKED'),
});

/** The feed itself: what was revoked is not there. */
export const feedPage = publicPage(purpose, {
  describes: 'A person’s agenda for calendar programs, as iCalendar.',
  run: async ({ link, headers }, context): Promise<PageAnswer> => {
    const feed = await context.trusted(CalendarFeed).find(link.record);
    const user = feed && (await context.trusted(User).find(feed.owner));
    if (!feed || !isValid(feed, link.nonce) || user?.status !== 'ACTIVE')
      throw new DomainError('NOT_FOUND', 'There is nothing here.');
    const body = await feedText(context, feed, user);
    const etag = `"${createHash('sha256')
      .update(body.replaceAll(/^DTSTAMP:.*\r\n/gm, ''))
      .digest('base64url')}"`;
    const caching = { etag, 'cache-control': 'private, max-age=900' };
    const contentType = 'text/calendar; charset=utf-8';
    if (isKnown(headers, etag)) return { status: 304, contentType, body: '', headers: caching };
    return {
      status: 200,
      contentType,
      body,
      headers: { ...caching, 'content-disposition': 'inline; filename="agenda.ics"' },
    };
  },
});

const isValid = ({ status, archivedAt, secret }: CalendarFeedRow, nonce = ''): boolean => {
  const [known, given] = [Buffer.from(secret), Buffer.from(nonce)];
  return (
    status === 'ACTIVE' && archivedAt === undefined && known.length === given.length && timingSafeEqual(known, given)
  );
};

const isKnown = (headers: PageRequest['headers'], etag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
