import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { chunkedBody } from './chunked-body.ts';

const decode = async (text: string, size: number): Promise<string> => {
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    Buffer.from(text.slice(index * size, (index + 1) * size)),
  );
  return Buffer.concat(await Readable.from(pieces).pipe(chunkedBody()).toArray()).toString();
};

const encoded = '5;chunk-signature=abc\r\nhello\r\n7\r\n, world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';

describe('chunkedBody', () => {
  it.each([1, 2, 3, 7, 1000])('takes the encoding away, whatever the pieces (%i bytes)', async (size) => {
    expect(await decode(encoded, size)).toBe('hello, world');
  });

  it('keeps line ends that belong to the body', async () => {
    expect(await decode('4\r\n\r\n\r\n\r\n0\r\n\r\n', 3)).toBe('\r\n\r\n');
  });

  it('fails when the body ends before its last chunk', async () => {
    const stream = Readable.from([Buffer.from('5\r\nhel')]).pipe(chunkedBody());
    await expect(stream.toArray()).rejects.toThrow(/ended before/);
  });
});
