import {
  forbidden,
  mutation,
  notFound,
  optional,
  prefixOf,
  query,
  records,
  ref,
  signedIn,
  text,
  timer,
  versionInput,
  wordOf,
  type Context,
} from '#kernel';
import { notify } from '#modules/platform/notifications';
import { assertOpen, mayHandOver } from './ask.operations.ts';
import { HandOverRequest, type HandOverRow } from './hand-over.entity.ts';
import { answeredNotice } from './notices.rules.ts';

const own = { id: ref('HandOverRequest', { describes: 'Which request.' }), version: optional(versionInput) };
const note = optional(text({ max: 500, describes: 'What to say with it.' }));

/** The request is over; whoever asked is told what came of it, and no more than they knew. */
const close = async (
  context: Context,
  request: HandOverRow,
  status: 'ACCEPTED' | 'DECLINED' | 'EXPIRED',
  answer?: string,
): Promise<HandOverRow> => {
  const { actor, clock, trusted } = context;
  await notify(context, { to: [request.askedBy], ...answeredNotice(status, answer), about: request.id });
  return trusted(HandOverRequest).move(request, status, {
    answeredAt: clock.instant(),
    ...(actor.userId !== undefined && { answeredBy: actor.userId }),
    ...(answer !== undefined && { answer }),
  });
};

/** The record that is asked for, to be handed over by the actor. @throws NOT_FOUND, FORBIDDEN */
const askedFor = async (context: Context, { record, recordType }: HandOverRow) => {
  const of = context.registry.byPrefix.get(prefixOf(record));
  const row = of && (await context.trusted(of).find(record));
  if (!of || !row) throw notFound(recordType, record);
  if (!mayHandOver(context, { of, row })) throw forbidden(`You may not hand this ${of.name} over.`);
  return { of, row };
};

export const acceptHandOver = mutation('acceptHandOver', {
  describes:
    'Hands a record over to whoever asked for it: it is theirs from now on. What follows its owner goes along.',
  needs: 'handOverRequest.answer',
  input: { ...own, note },
  returns: HandOverRequest,
  fails: ['NOT_OPEN'],
  run: async ({ id, note: answer }, context) => {
    const request = assertOpen(await context.data(HandOverRequest).get(id));
    const { of, row } = await askedFor(context, request);
    if (of.owner.kind === 'field') {
      const { user, team } = of.owner;
      const changes = { [user]: request.askedBy, ...(team !== undefined && { [team]: null }) };
      context.trusted(of).update(row, changes, { event: `${wordOf(of.name)}.assigned` });
    }
    return close(context, request, 'ACCEPTED', answer);
  },
});

export const declineHandOver = mutation('declineHandOver', {
  describes: 'Keeps a record that somebody asked for.',
  needs: 'handOverRequest.answer',
  input: { ...own, note },
  returns: HandOverRequest,
  fails: ['NOT_OPEN'],
  run: async ({ id, note: answer }, context) => {
    const request = assertOpen(await context.data(HandOverRequest).get(id));
    await askedFor(context, request);
    return close(context, request, 'DECLINED', answer);
  },
});

export const withdrawHandOver = mutation('withdrawHandOver', {
  describes: 'Takes back a request of your own that nobody has answered.',
  needs: 'handOverRequest.create',
  input: own,
  returns: HandOverRequest,
  fails: ['NOT_OPEN'],
  run: async ({ id }, { trusted, actor, clock }) => {
    const request = await trusted(HandOverRequest).get(id);
    if (request.askedBy !== actor.userId) throw notFound('HandOverRequest', id);
    return trusted(HandOverRequest).move(assertOpen(request), 'WITHDRAWN', { answeredAt: clock.instant() });
  },
});

/** An unanswered request ends by itself. */
export const handOverExpires = timer(HandOverRequest, {
  describes: 'Ends a request to hand over that nobody has answered in time.',
  run: async (request, context) => {
    if (request.status === 'ASKED') await close(context, request, 'EXPIRED');
  },
});

export const myHandOverRequests = query('myHandOverRequests', {
  describes:
    'What you have asked for last, the newest first, with what came of it. What others ask of you is `handOverRequests`.',
  needs: signedIn,
  input: {},
  returns: { requests: records(HandOverRequest, 'The last 50.') },
  run: async (_none, { trusted, actor }) => {
    if (actor.userId === undefined) return { requests: [] };
    const page = await trusted(HandOverRequest).page('byAsker', { of: actor.userId, first: 50, descending: true });
    return { requests: page.rows };
  },
});
