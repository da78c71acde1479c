// When the clocks of a time zone change, for calendars that leave the product. The library is loaded at first use.

/** When the clocks of a zone change between two moments, and by how much: what VTIMEZONE says. */
export type ZoneChange = {
  readonly at: string;
  readonly before: string;
  readonly after: string;
  readonly isSummer: boolean;
};

/** The changes of a zone; the offset of the first moment where there are none. */
export const zoneChanges = async (
  timeZone: string,
  from: string,
  to: string,
): Promise<{ readonly first: string; readonly changes: readonly ZoneChange[] }> => {
  const { Temporal } = await import('temporal-polyfill');
  let here = Temporal.Instant.from(from).toZonedDateTimeISO(timeZone);
  const first = here.offset;
  const changes: ZoneChange[] = [];
  for (
    let next = here.getTimeZoneTransition('next');
    next && new Date(next.epochMilliseconds).toISOString() < to;
    next = here.getTimeZoneTransition('next')
  ) {
    const before = changes.at(-1)?.after ?? first;
    changes.push({
      at: new Date(next.epochMilliseconds).toISOString(),
      before,
      after: next.offset,
      isSummer: minutesOf(next.offset) > minutesOf(before),
    });
    here = next;
  }
  return { first, changes };
};

const minutesOf = (offset: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};
