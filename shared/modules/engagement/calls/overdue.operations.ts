import { timer, type Context } from '#kernel';
import { lapseOf } from './call-news.rules.ts';
import { takeNews } from './news.operations.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { PhoneLine } from './phone-line.entity.ts';
import { tendRecording } from './recording.operations.ts';

/** Ends calls whose end nobody told, and looks after recordings. */
export const tendCall = timer(PhoneCall, {
  describes:
    'Ends a call of which the exchange says nothing more; has its recording fetched, again where the exchange does not answer, and deletes it after its days.',
  run: async (call, context) => {
    const lapse = lapseOf(call);
    if (lapse !== undefined && Date.parse(lapse) <= context.clock.now().getTime()) await endSilent(context, call);
    else await tendRecording(context, call);
  },
});

/** As if the exchange had told of the end now; how long people spoke, nobody knows. */
const endSilent = async (context: Context, call: PhoneCallRow): Promise<void> => {
  const line = await context.trusted(PhoneLine).get(call.line);
  const ended = await takeNews(context, line, { event: 'ended', call: call.id, reference: call.id, seconds: 0 });
  if (ended) context.trusted(PhoneCall).update(ended, { problem: 'The exchange never told how it ended.' });
};
