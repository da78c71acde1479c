// The end of a period: what cannot be settled is left to the next one, which begins; what was earned is settled afterwards.
import { timer, type Context } from '#kernel';
import { dayAfter } from '#modules/platform/settings';
import { leaveTo, openPeriod } from './accrue.operations.ts';
import { AgreementPeriod, type AgreementPeriodRow } from './agreement-period.entity.ts';
import { Agreement } from './agreement.entity.ts';
import { periodAt } from './period.rules.ts';
import { endPeriod } from './settle.operations.ts';

/** Closes a period; the next one begins, or the agreement is over. What is negative is left to the next one. */
export const closeNow = async (context: Context, period: AgreementPeriodRow): Promise<AgreementPeriodRow> => {
  const { trusted } = context;
  const agreement = await trusted(Agreement).get(period.agreement);
  const span = agreement.status === 'CLOSED' ? undefined : periodAt(agreement, dayAfter(period.to));
  const next = span && (await openPeriod(context, agreement, span));
  if (!next && agreement.status !== 'CLOSED') trusted(Agreement).move(agreement, 'CLOSED');
  const closed = trusted(AgreementPeriod).move(period, 'CLOSED');
  const left = next && closed.due.minor < 0 ? leaveTo(context, closed, next) : closed;
  return left.due.minor === 0 ? endPeriod(context, left) : left;
};

export const closePeriod = timer(AgreementPeriod, {
  describes: 'Ends a period of an agreement, and begins the next one.',
  run: async ({ id }, context) => {
    await closeNow(context, await context.trusted(AgreementPeriod).get(id));
  },
});
