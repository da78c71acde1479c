// Time by injection: nothing in the domain reads the machine's clock.

/** Answers the present moment. */
export type Clock = { now(): Date };

/** The calendar day (`YYYY-MM-DD`) of a moment in an IANA time zone. */
export const dayIn = (moment: Date, timeZone: string): string => dayFormat(timeZone).format(moment);

const formats = new Map<string, Intl.DateTimeFormat>();

const dayFormat = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, made);
  return made;
};
