import iconv from 'iconv-lite';
import { describe, expect, it } from '@jest/globals';
import { repairedCell, repairFor } from './letters.rules.ts';

const words = ['José Muñoz', 'Ñandú', 'Ángela Íñiguez', 'Peñafiel Ü', 'Av. 9 de Octubre – piso 3', '¿Cuánto?'];
const misread = (text: string, as: string): string => iconv.decode(Buffer.from(text), as);

describe('letters that were misread before', () => {
  it.each(words)('%s comes back from Windows-1252', (word) => {
    const bytes = Array.from(Buffer.from(word), (byte) =>
      byte >= 0x80 && byte < 0xa0 && iconv.decode(Buffer.from([byte]), 'windows-1252') === '\uFFFD'
        ? String.fromCharCode(byte)
        : iconv.decode(Buffer.from([byte]), 'windows-1252'),
    );
    expect(repairedCell(bytes.join(''), 'WINDOWS_1252')).toBe(word);
  });

  it.each(['José Muñoz', 'Peñafiel'])('%s comes back from GBK', (word) => {
    expect(misread(word, 'gbk')).not.toBe(word);
    expect(repairedCell(misread(word, 'gbk'), 'GBK')).toBe(word);
  });

  it.each(['José Muñoz', 'plain', '北京', 'Ã', '100 Â', 'L’Oréal'])('%s stays as it is', (word) => {
    expect(repairedCell(word, 'WINDOWS_1252')).toBe(word);
    expect(repairedCell(word, 'GBK')).toBe(word);
  });

  it('are offered to be put right, with examples', () => {
    expect(repairFor(['ok', misread('José', 'windows-1252'), misread('Muñoz', 'windows-1252')])).toEqual({
      misread: 'WINDOWS_1252',
      cells: 2,
      samples: [
        { was: 'JosÃ©', becomes: 'José' },
        { was: 'MuÃ±oz', becomes: 'Muñoz' },
      ],
    });
    expect(repairFor([misread('José', 'gbk')])?.misread).toBe('GBK');
    expect(repairFor(['José', 'ok'])).toBeUndefined();
  });
});
