// Portions: services take entries in batches bounded by number and by size.

/** The bounds of one request. */
export type PortionLimits = { readonly entries: number; readonly bytes: number };

/** Entries in order, in portions within `limits`; one that alone is over the size makes a portion of its own. */
export function inPortions<Entry>(
  entries: readonly Entry[],
  sizeOf: (entry: Entry) => number,
  limits: PortionLimits,
): readonly (readonly Entry[])[] {
  const portions: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const open = portions.at(-1);
    const fits = open && open.length < limits.entries && bytes + size <= limits.bytes;
    if (fits) open.push(entry);
    else portions.push([entry]);
    bytes = fits ? bytes + size : size;
  }
  return portions;
}
