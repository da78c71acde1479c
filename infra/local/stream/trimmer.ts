// Deletes stream records that were consumed: AWS does it after 24 hours, the engine never. A write lock keeps the engine
// waiting, so it happens in pieces, when nothing is written; under lasting load now and then, before the file grows large.
import type { DatabaseSync } from 'node:sqlite';

/** Trims the stream of one table. */
export type Trimmer = {
  /** Deletes one piece of what was consumed up to `committed`; answers whether there may be more. */
  trim(committed: number): boolean;
  /** The same, unless there is little to delete or it has just been done. */
  trimUnderLoad(committed: number): void;
};

/** Records deleted at once when it is quiet, and under load; `much` is what may pile up; `pause` in milliseconds. */
const pieces = { quiet: 2_000, loaded: 500, much: 20_000, pause: 250 };

/** Makes a trimmer over the engine's file. */
export function createTrimmer(database: DatabaseSync, tableName: string): Trimmer {
  const sequence = 'CAST(sequence_number AS INTEGER)';
  const newest = database.prepare(`SELECT max(${sequence}) AS last FROM _stream_records WHERE table_name = ?`);
  const remove = database.prepare(`DELETE FROM _stream_records WHERE id IN (SELECT id FROM _stream_records
    WHERE table_name = ? AND ${sequence} <= ? ORDER BY ${sequence} LIMIT ?)`);
  let trimmed = 0;
  let lastAt = 0;
  const deletePiece = (committed: number, size: number): boolean => {
    try {
      // The newest record stays: the engine numbers the next one after it.
      const last = Number(newest.get(tableName)?.['last'] ?? 0);
      const { changes } = remove.run(tableName, Math.min(committed, last - 1), size);
      if (Number(changes) < size) trimmed = committed;
      return Number(changes) === size;
    } catch {
      // The engine is writing; it goes first.
      return false;
    }
  };
  return {
    trim: (committed) => trimmed < committed && deletePiece(committed, pieces.quiet),
    trimUnderLoad(committed) {
      if (committed - trimmed < pieces.much || Date.now() - lastAt < pieces.pause) return;
      deletePiece(committed, pieces.loaded);
      lastAt = Date.now();
    },
  };
}
