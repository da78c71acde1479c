import { extended, integer, optional, type Context } from '#kernel';
import { profileId, VisitProfile, type VisitReason } from '#modules/engagement/routes';
import { presentIn, Segment } from '#modules/parties/segments';

/** What visiting adds to segments. */
export const visitFields = {
  visitEveryDays: optional(
    integer({
      min: 1,
      max: 730,
      describes: 'Accounts in it are due for a visit after so many days, whatever other frequency counts for them.',
    }),
  ),
};
const VisitedSegment = extended(Segment, visitFields);

/** A whole interval: whoever is overdue by the segment is due. */
const weight = 1;
const dayLength = 86_400_000;
/** Segments of a tenant, at most. */
const most = 100;

/** An account is in a segment whose accounts are visited more often than it was. */
export const segmentVisits: VisitReason = {
  name: 'segment',
  describes: 'It is in a segment whose accounts are visited more often.',
  weigh: async (accounts, day, context) => {
    const rhythms = await rhythmsOf(
      context,
      accounts.map(({ id }) => id),
    );
    const profiles = await context.trusted(VisitProfile).getMany([...rhythms.keys()].map(profileId));
    return new Map(
      accounts.flatMap(({ id, createdAt }) => {
        const everyDays = rhythms.get(id);
        const since = (profiles.get(profileId(id))?.lastVisitAt ?? createdAt).slice(0, 10);
        const days = (Date.parse(day) - Date.parse(since)) / dayLength;
        return everyDays !== undefined && days >= everyDays ? [[id, weight] as const] : [];
      }),
    );
  },
};

/** How often accounts are visited because of their segments: the shortest of several. */
const rhythmsOf = async (context: Context, accounts: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rhythms = new Map<string, number>();
  const { rows } = await context.trusted(VisitedSegment).page('byRecordType', { of: 'Account', first: most });
  for (const { id, visitEveryDays } of rows) {
    if (visitEveryDays === undefined) continue;
    for (const account of await presentIn(context, id, accounts))
      rhythms.set(account, Math.min(visitEveryDays, rhythms.get(account) ?? visitEveryDays));
  }
  return rhythms;
};
