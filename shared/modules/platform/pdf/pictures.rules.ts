// Pictures that come from outside: what cannot be read must not reach the PDF engine, which reads the pixels of some of them
// later, where nothing catches what goes wrong.
import { inflateSync } from 'node:zlib';

const pngMark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Channels by the colour type of a PNG. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Bytes of pixels, at most: 12 megapixels with transparency. */
const mostPixelBytes = 50_000_000;

/** Whether a document can show the picture: a JPEG, or a PNG whose pixels are all there (none that is interlaced). */
export const isShowable = (picture: Uint8Array): boolean => {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  if (bytes.length > 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return true;
  return isWholePng(bytes);
};

/** Whether the bytes are a PNG with every pixel that it speaks of. */
export const isWholePng = (bytes: Buffer): boolean => {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(pngMark)) return false;
  const expected = pixelBytes(bytes);
  if (expected === undefined || expected > mostPixelBytes) return false;
  try {
    return inflateSync(Buffer.concat(dataOf(bytes)), { maxOutputLength: expected + 1 }).length === expected;
  } catch {
    return false;
  }
};

/** How many bytes the pixels take, each row with its filter; undefined where the head makes no sense or rows are interlaced. */
const pixelBytes = (bytes: Buffer): number | undefined => {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const bits = (channels[bytes[25] ?? -1] ?? 0) * (bytes[24] ?? 0);
  if (bits === 0 || width === 0 || height === 0 || bytes[28] !== 0) return undefined;
  return height * (Math.ceil((width * bits) / 8) + 1);
};

/** The compressed pixels: what stands in its IDAT chunks. */
const dataOf = (bytes: Buffer): readonly Buffer[] => {
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return data;
};
