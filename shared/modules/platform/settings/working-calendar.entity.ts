import { boolean, defaulted, entity, integer, list, noOwner, object, optional, text } from '#kernel';
import { calendarProblems } from './calendar.rules.ts';

const clock = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** The hours of a working week; one for each branch that keeps its own. */
export const WorkingCalendar = entity('WorkingCalendar', {
  idPrefix: 'cal',
  describes:
    'When people work: the hours of the week, in a time zone, without the days off of a country and those of the own.',
  fields: {
    name: text({ min: 1, max: 80, describes: 'What people call it: Quito, warehouse, night service.' }),
    timeZone: optional(text({ max: 60, describes: "IANA time zone of the hours; the tenant's when not said." })),
    country: optional(
      text({
        min: 2,
        max: 2,
        pattern: /^[A-Z]{2}$/,
        describes: "ISO 3166-1 alpha-2 of the country whose days off count; the tenant's when not said.",
      }),
    ),
    observesCountry: defaulted(boolean({ describes: "Whether nobody works on the country's days off." }), true),
    hours: list(
      object('WorkingHours', {
        weekday: integer({ min: 1, max: 7, describes: '1 is Monday, 7 Sunday.' }),
        from: text({ pattern: clock, max: 5, describes: 'When work begins: 08:30.' }),
        to: text({ pattern: clock, max: 5, describes: 'When work ends: 17:30; 24:00 is the end of the day.' }),
      }),
      { max: 50, describes: 'The hours of the week; several for one weekday where there is a break.' },
    ),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  check: (after) => calendarProblems(after),
  title: ({ name }) => name,
});
