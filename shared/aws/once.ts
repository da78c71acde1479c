// Clients are imported and made at their first use, so that a cold start pays only for what it uses.

/** Calls `make` once and answers its result ever after; a failure is not kept. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
