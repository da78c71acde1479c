import { choice, dateTime, DomainError, given, json, list, mutation, optional, ref, type Context } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { campaign } from '#modules/platform/mail-out';
import { Segment } from '#modules/parties/segments';
import type { ChannelAccountRow } from '#modules/engagement/channels';
import { gapsIn } from './canned-answer.rules.ts';
import type { MessageOrder } from './message-order.rules.ts';
import { lineFor } from './place.operations.ts';
import { assertFits } from './queue-message.operations.ts';
import { sendToMany, type Many } from './send-many.jobs.ts';
import { placeInput, wordsInput, wordsOnly } from './send.operations.ts';
import { cannedAnswer, ownGaps } from './wording.operations.ts';

export const sendMessages = mutation('sendMessages', {
  describes:
    'Writes to many people by SMS or WhatsApp: to the contacts of a segment, to those that fulfil criteria, or to these. A job goes from one to the next; each gets it once, and only who may be written to. `jobResults` says who was left out, and why; what becomes of each message stands with it.',
  needs: 'message.sendMany',
  input: {
    segment: optional(ref('Segment', { describes: 'To the contacts of this segment.' })),
    where: optional(json({ describes: 'To the contacts that fulfil these criteria, written as those of a segment.' })),
    contacts: optional(list(ref('Contact'), { max: 1000, describes: 'To these contacts.' })),
    line: placeInput.line,
    channel: placeInput.channel,
    ...wordsInput,
    kind: optional(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MessageKind',
        describes: 'MARKETING, when not said, goes only to those who have allowed it for the channel.',
      }),
    ),
    campaign: optional(campaign('The campaign that it belongs to.')),
    sendAt: optional(dateTime({ describes: 'Not before this moment.' })),
  },
  returns: Job,
  fails: ['NO_CHANNEL', 'CHANNEL_STARTED_BY_THEM', 'VALUE_MISSING', 'TEXT_TOO_LONG', 'TEMPLATE_NOT_HERE'],
  run: async ({ segment, where, contacts, values, kind = 'MARKETING', ...said }, context) => {
    if ([segment, where, contacts].filter((each) => each !== undefined).length !== 1)
      throw new DomainError('BAD_INPUT', 'Name a segment, criteria or contacts: one of them.', ['segment']);
    if (segment !== undefined) await context.data(Segment).get(segment);
    const line = await lineFor(context, said);
    const order = { ...said, kind, line: line.id, ...(values && { values: wordsOnly(values) }) };
    await assertSayable(context, line, order);
    const many: Many = { to: given({ segment, where, contacts }), order };
    return startJob(context, sendToMany, many, given({ subject: segment }));
  },
});

/** Channels on which we may begin; on the others each has to write first. */
const begun: ReadonlySet<string> = new Set(['SMS', 'WHATSAPP', 'GENERIC']);

/** What would go wrong for everybody is said at once. */
const assertSayable = async (context: Context, { kind }: ChannelAccountRow, order: MessageOrder): Promise<void> => {
  if (!begun.has(kind))
    throw new DomainError('CHANNEL_STARTED_BY_THEM', 'Only they can begin on this channel.', ['channel']);
  const { text = '', canned, template, values = {} } = order;
  const answer = canned === undefined ? undefined : await cannedAnswer(context, canned);
  const texts = (answer ? [answer.es, answer.en] : [text]).filter((each) => each !== undefined);
  for (const each of texts) assertFits(kind, { ...order, text: each.trim() });
  const known = new Set([...ownGaps, ...Object.keys(values)]);
  const unknown = [...texts, ...(template?.values ?? [])].flatMap(gapsIn).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new DomainError('VALUE_MISSING', `There is no value for {${unknown}}.`, ['values', unknown]);
};
