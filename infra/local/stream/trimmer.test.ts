import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { createTrimmer } from './trimmer.ts';

const streamOf = (count: number): DatabaseSync => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE _stream_records (id INTEGER PRIMARY KEY, table_name TEXT, sequence_number TEXT)');
  const insert = database.prepare("INSERT INTO _stream_records (table_name, sequence_number) VALUES ('t', ?)");
  database.exec('BEGIN');
  for (let index = 1; index <= count; index += 1) insert.run(String(index));
  database.exec('COMMIT');
  return database;
};

const left = (database: DatabaseSync): readonly number[] =>
  database
    .prepare('SELECT min(CAST(sequence_number AS INTEGER)) AS first, count(*) AS count FROM _stream_records')
    .all()
    .flatMap(({ first, count }) => [Number(first), Number(count)]);

describe('the trimmer', () => {
  it('deletes what was consumed, piece by piece, and no more', () => {
    const database = streamOf(5_000);
    const trimmer = createTrimmer(database, 't');
    expect([trimmer.trim(4_500), trimmer.trim(4_500), trimmer.trim(4_500), trimmer.trim(4_500)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(left(database)).toEqual([4_501, 500]);
  });

  it('always leaves the newest record', () => {
    const database = streamOf(10);
    createTrimmer(database, 't').trim(10);
    expect(left(database)).toEqual([10, 1]);
  });

  it('waits under load until much has piled up', () => {
    const database = streamOf(30_000);
    const trimmer = createTrimmer(database, 't');
    trimmer.trimUnderLoad(19_000);
    expect(left(database)).toEqual([1, 30_000]);
    trimmer.trimUnderLoad(25_000);
    trimmer.trimUnderLoad(25_001);
    expect(left(database)).toEqual([501, 29_500]);
  });
});
