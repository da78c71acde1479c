// Batches: chunks in parallel, and what DynamoDB left unprocessed asked again.
import { TableUnavailable } from '#kernel/table';
import { pauseAfter, type Backoff } from './backoff.ts';

/** Chunks of one call that are in the air together. */
const chunksInFlight = 8;

/** `entries` in pieces of at most `size`. */
export function inChunks<Entry>(entries: readonly Entry[], size: number): readonly (readonly Entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
    entries.slice(index * size, (index + 1) * size),
  );
}

/** Sends every chunk, some in parallel, until nothing is left; `send` answers what it left. @throws TableUnavailable */
export async function drainAll<Entry>(
  chunks: readonly (readonly Entry[])[],
  send: (entries: readonly Entry[]) => Promise<readonly Entry[]>,
  backoff: Backoff,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let chunk = chunks[next++]; chunk; chunk = chunks[next++]) {
      await drain(chunk, send, backoff).catch((error: unknown) => {
        // What has not started must not be written after the caller heard of the failure.
        next = chunks.length;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(chunksInFlight, chunks.length) }, work));
}

/** Only rounds without any progress count against the limit: a large answer also comes in parts. */
const drain = async <Entry>(
  chunk: readonly Entry[],
  send: (entries: readonly Entry[]) => Promise<readonly Entry[]>,
  backoff: Backoff,
): Promise<void> => {
  let pending = chunk;
  let idleRounds = 0;
  for (;;) {
    const left = await send(pending);
    if (left.length === 0) return;
    idleRounds = left.length < pending.length ? 0 : idleRounds + 1;
    if (idleRounds >= backoff.attempts)
      throw new TableUnavailable(idleRounds, new Error(`${String(left.length)} entries stayed unprocessed.`));
    pending = left;
    await pauseAfter(idleRounds, backoff);
  }
};
