import { dayAfter, dayStart } from '#modules/platform/settings';

/** What criteria may ask of a moment or a day besides what a filter asks: how it lies to now. */
export const moments = ['olderThanDays', 'withinDays', 'inNextDays'] as const;
/** `olderThanDays: 90`: so many days ago or more. `withinDays`: in the last so many days. `inNextDays`: in the next ones. */
export type MomentTest = (typeof moments)[number];

const dayLength = 86_400_000;

/** When a test of a value holds: from an instant on (inclusive) to another (exclusive), in milliseconds. */
export type Span = { readonly from: number; readonly until: number };

/** When the test holds. Days begin and end by the tenant's clock. */
export const spanOf = (test: MomentTest, days: number, value: string, timeZone: string): Span => {
  const later = (by: number): number =>
    value.length > 10 ? Date.parse(value) + by * dayLength : Date.parse(dayStart(dayAfter(value, by), timeZone));
  switch (test) {
    case 'olderThanDays':
      return { from: later(days), until: Infinity };
    case 'withinDays':
      return { from: later(0), until: later(days) };
    case 'inNextDays':
      return { from: later(-days), until: later(0) };
  }
};
