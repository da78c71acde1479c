/** The one after the last, in the order of the team. */
export const nextInTurn = (people: readonly string[], last: string | undefined): string | undefined =>
  people[(last === undefined ? 0 : people.indexOf(last) + 1) % Math.max(1, people.length)];

/** Who has the least to do; the first of several. */
export const leastBusy = (loads: readonly { readonly person: string; readonly load: number }[]): string | undefined =>
  loads.toSorted((left, right) => left.load - right.load)[0]?.person;
