import { boolean, choice, dateTime, integer, json, optional, text, type Filter, type Values } from '#kernel';

/** In what a wait is counted. */
export const waitUnits = ['MINUTES', 'HOURS', 'DAYS', 'WORKING_HOURS', 'WORKING_DAYS'] as const;

/** What a `waitFor` goes by. */
export const waitInput = {
  amount: optional(integer({ min: 1, max: 100_000, describes: 'For how long; for an event, how long at most.' })),
  unit: optional(choice(waitUnits, { describes: 'In what it is counted; HOURS when absent.' })),
  until: optional(dateTime({ describes: 'Until then, or so long after it; a day begins at midnight.' })),
  working: optional(boolean({ describes: 'And until people work.' })),
  event: optional(text({ max: 80, describes: 'For an event of this type: quote.accepted.' })),
  where: optional(json<Filter>({ describes: "Only where this filter over the event's record holds." })),
  via: optional(
    text({
      max: 80,
      describes: "The field of the event's record that names the record of the run; itself when absent.",
    }),
  ),
};
/** What a run waits for. */
export type Waiting = Values<typeof waitInput>;

/** What makes a wait depend on when people work. */
export const waitingFields: ReadonlySet<string> = new Set(['working', 'until', 'unit']);
