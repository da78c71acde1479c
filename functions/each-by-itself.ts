// A batch that fails as a whole: what spoils it shall not take the others along to the dead letters.

/** Handles many at once. Answers those that failed, by their ids, with the cause. */
export type Handling<Each> = (batch: readonly Each[]) => Promise<ReadonlyMap<string, unknown>>;

/** Handles a batch, and each by itself when that fails as a whole. Answers those that failed, with the cause. */
export const eachByItself = async <Each extends { readonly id: string }>(
  batch: readonly Each[],
  handle: Handling<Each>,
): Promise<ReadonlyMap<string, unknown>> => {
  try {
    return await handle(batch);
  } catch (error) {
    if (batch.length <= 1) return new Map(batch.map(({ id }) => [id, error]));
    const failed = new Map<string, unknown>();
    for (const each of batch) for (const [id, cause] of await eachByItself([each], handle)) failed.set(id, cause);
    return failed;
  }
};
