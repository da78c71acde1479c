import { given, rollup } from '#kernel';
import { PhoneCall } from './phone-call.entity.ts';

/** The partition of the calls that began then. */
export const callMonth = (moment: string): string => moment.slice(0, 7);

const secondsBetween = (one: string, other: string): number =>
  Math.max(0, Math.round((Date.parse(other) - Date.parse(one)) / 1000));

/** Calls by the hour in which they began; the owner comes last, since it says who may count a cell: how many, what became of them, how long people waited and spoke. */
export const callTotals = rollup('callTotals', {
  describes: 'Calls by hour, line, direction and owner: answered, missed, failed, seconds of waiting and of talk.',
  of: PhoneCall,
  shards: 1,
  contributions: ({ startedAt, answeredAt, status, seconds = 0, line, direction, ownerId = '' }) => {
    const hour = new Date(startedAt).toISOString().slice(0, 13);
    const waited = answeredAt === undefined ? 0 : secondsBetween(startedAt, answeredAt);
    const [answered, missed, failed] = [answeredAt !== undefined, status === 'MISSED', status === 'FAILED'].map(Number);
    const amounts = given({ calls: 1, answered, missed, failed, waited, talked: seconds });
    return [{ partition: callMonth(hour), cell: [hour, line, direction, ownerId].join('#'), amounts }];
  },
});
