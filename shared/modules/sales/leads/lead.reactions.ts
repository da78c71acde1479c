import { timer } from '#kernel';
import { expired } from './hand-over.operations.ts';
import { Lead } from './lead.entity.ts';
import { answerDue, isOpenLead, recycleDue } from './lead.rules.ts';
import { recycled } from './lead.operations.ts';
import { rescored, scoringRules } from './scoring.operations.ts';

/** What happens to a lead by itself: one thing at a time, each sets the next. */
export const leadsTime = timer(Lead, {
  describes:
    'Takes unanswered offers back, takes leads up again on their day, and scores them anew as what they did fades.',
  run: async (lead, context) => {
    const now = context.clock.instant();
    const isDue = (at: string | undefined): boolean => at !== undefined && at <= now;
    if (lead.handOver && isDue(answerDue(lead))) expired(context, lead, lead.handOver);
    else if (isDue(recycleDue(lead))) await recycled(context, lead);
    else if (isOpenLead(lead)) rescored(context, lead, await scoringRules(context), 'lead.scored');
  },
});
