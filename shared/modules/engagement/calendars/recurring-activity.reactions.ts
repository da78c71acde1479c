import { reaction } from '#kernel';
import { Occurrence } from './recurring-activity.operations.ts';
import { RecurringActivity } from './recurring-activity.entity.ts';

/** A dropped occurrence is left out of its series; a reopened one is in it again. */
export const noteExceptions = reaction('noteExceptions', {
  describes: 'Keeps which occurrences of a series were dropped, for calendars that show the series.',
  on: ['activity.dropped', 'activity.reopened'],
  run: async (event, { trusted }) => {
    const activity = await trusted(Occurrence).find(event.record.id);
    const { series: id, occurrence } = activity ?? {};
    if (!activity || id === undefined || occurrence === undefined) return;
    const series = await trusted(RecurringActivity).find(id);
    if (series?.status !== 'ACTIVE') return;
    const others = series.except.filter((at) => at !== occurrence);
    const except = activity.status === 'DROPPED' ? [...others, occurrence].slice(-500) : others;
    if (except.length !== series.except.length) trusted(RecurringActivity).update(series, { except });
  },
});
