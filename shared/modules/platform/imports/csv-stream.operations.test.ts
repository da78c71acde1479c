import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { openCsv, type Pieces } from './csv-stream.operations.ts';

const inPieces = (bytes: Buffer, size: number): Pieces =>
  async function* () {
    for (let from = 0; from < bytes.length; from += size) {
      await Promise.resolve();
      yield bytes.subarray(from, from + size);
    }
  };
const rowsOf = async (pieces: Pieces) => {
  const table = await openCsv(pieces, {});
  const rows: (readonly string[])[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { ...table, rows };
};

const text = 'nombre;ciudad\r\nMaría José;"Santa\nElena"\r\nÑusta;Quito;de más\r\nEva\r\n';
const rows = [
  ['María José', 'Santa\nElena'],
  ['Ñusta', 'Quito'],
  ['Eva', ''],
];

describe('a table read piece by piece', () => {
  it.each(['utf-8', 'windows-1252', 'utf-16le'])('is the same however it is cut, in %s', async (encoding) => {
    const bytes = iconv.encode(text, encoding);
    for (const size of [1, 2, 7, 1000])
      expect(await rowsOf(inPieces(bytes, size))).toMatchObject({
        encoding,
        delimiter: ';',
        columns: ['nombre', 'ciudad'],
        rows,
      });
  });

  it('reads no further than it is asked', async () => {
    let read = 0;
    const line = `${'x'.repeat(1023)}\n`;
    const endless: Pieces = async function* () {
      for (;;) {
        await Promise.resolve();
        read += 1;
        yield Buffer.from(line.repeat(100));
      }
    };
    const table = await openCsv(endless, { encoding: 'utf-8', delimiter: ',', hasHeader: false });
    read = 0;
    for await (const row of table.rows()) if (row[0] !== undefined) break;
    expect(read).toBeLessThan(20);
  });

  it('says what cannot be read', async () => {
    await expect(rowsOf(inPieces(Buffer.from('a,b\n"c,d\ne,f\n'), 4))).rejects.toMatchObject({
      code: 'FILE_MALFORMED',
    });
    await expect(rowsOf(inPieces(Buffer.from(''), 4))).rejects.toMatchObject({ code: 'FILE_EMPTY' });
    const lost: Pieces = async function* () {
      yield Buffer.from('a,b\n');
      await Promise.reject(new Error('gone'));
    };
    await expect(rowsOf(lost)).rejects.toThrow('gone');
  });
});
