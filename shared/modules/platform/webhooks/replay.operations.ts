import { boolean, dateTime, defaulted, DomainError, list, mutation, optional, ref, text } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { openEndpoint } from './redeliver.operations.ts';
import { replayEvents } from './replay.jobs.ts';

/** A replay reaches over so many days at most. */
const mostDays = 14;

export const replayWebhookEvents = mutation('replayWebhookEvents', {
  describes:
    'Tells an endpoint once more what happened in a time: all of it, some types, one record, or only what did not arrive. It is told what it hears of now, under the same ids.',
  needs: 'webhookEndpoint.update',
  input: {
    endpoint: ref('WebhookEndpoint', { describes: 'Which one.' }),
    from: dateTime({ describes: 'From this moment on.' }),
    to: optional(dateTime({ describes: 'Until before this moment; until now when not said. At most 14 days.' })),
    types: defaulted(list(text({ max: 100 }), { max: 100, describes: 'Only these: `quote.accepted`, `quote.*`.' }), []),
    record: optional(ref('*', { describes: 'Only what happened to this record.' })),
    undelivered: defaulted(
      boolean({
        describes:
          'Only what did not arrive: what was given up, aborted or dropped once more, and what still waits for its turn now.',
      }),
      false,
    ),
  },
  returns: Job,
  fails: ['ENDPOINT_DISABLED', 'PERIOD_TOO_LONG'],
  run: async ({ endpoint, from, to: asked, types, record, undelivered }, context) => {
    await openEndpoint(context, endpoint);
    const to = asked ?? context.clock.instant();
    if (to <= from) throw new DomainError('BAD_INPUT', 'It ends before it begins.', ['to']);
    if (Date.parse(to) - Date.parse(from) > mostDays * 86_400_000)
      throw new DomainError('PERIOD_TOO_LONG', `At most ${String(mostDays)} days are told once more.`, ['from']);
    const replay = { endpoint, from, to, types, undelivered, ...(record !== undefined && { record }) };
    return startJob(context, replayEvents, replay, { subject: endpoint });
  },
});
