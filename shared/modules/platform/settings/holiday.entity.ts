import { boolean, date, defaulted, entity, noOwner, optional, ref, text } from '#kernel';
import { holidayProblems } from './calendar.rules.ts';

const clock = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** A day unlike others in the tenant's calendars. */
export const Holiday = entity('Holiday', {
  idPrefix: 'hol',
  describes: "A day unlike others, besides the country's own days off: nobody works on it, or only in some hours.",
  fields: {
    name: text({ min: 1, max: 100, describes: 'What it is: feast of the city, inventory, half day before Christmas.' }),
    date: date({ describes: 'The day; the first one where it comes every year.' }),
    everyYear: defaulted(boolean({ describes: 'Whether it comes every year on the same day and month.' }), false),
    calendar: optional(ref('WorkingCalendar', { describes: 'The calendar that it is in; all of them when not said.' })),
    from: optional(text({ pattern: clock, max: 5, describes: 'When work begins on it, where people do work: 08:30.' })),
    to: optional(text({ pattern: clock, max: 5, describes: 'When work ends on it: 13:00.' })),
  },
  owner: noOwner,
  keys: {
    byCalendar: { gsi: 1, of: 'calendar', sort: 'date', on: 'WorkingCalendar.holidays' },
    byDate: { gsi: 3, sort: 'date' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  check: (after) => holidayProblems(after),
  title: ({ name, date: day }) => `${name} (${day})`,
});
