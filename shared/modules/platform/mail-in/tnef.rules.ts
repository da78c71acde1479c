// What Outlook packs into winmail.dat (MS-OXTNEF): its files. Strangers write it, so that nothing is believed that it says of itself.

/** A file in it. */
export type PackedFile = { readonly name: string; readonly bytes: Uint8Array };

const signature = 0x223e9f78;
/** Signature and key. */
const headSize = 6;
/** Level, attribute and length before a value, the sum of its bytes behind it. */
const leadSize = 9;
const sumSize = 2;

/** No mail keeps so many; a few bytes each would fill the memory with them. */
const mostFiles = 100;

const attributes = { newFile: 0x9002, title: 0x8010, data: 0x800f } as const;
const latin = new TextDecoder('windows-1252');

type Attribute = { readonly id: number; readonly value: Buffer };

/** The attributes, up to the first that says more than is there. */
const attributesIn = function* (bytes: Buffer): Generator<Attribute> {
  let at = headSize;
  while (at + leadSize <= bytes.length) {
    const [id, length] = [bytes.readUInt16LE(at + 1), bytes.readUInt32LE(at + 5)];
    const [from, to] = [at + leadSize, at + leadSize + length];
    if (to > bytes.length) return;
    yield { id, value: bytes.subarray(from, to) };
    at = to + sumSize;
  }
};

const isPacked = (bytes: Buffer): boolean => bytes.length >= headSize && bytes.readUInt32LE(0) === signature;

/** The files in it, in their order; none where it is something else. */
export const unpackTnef = (raw: Uint8Array): readonly PackedFile[] => {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (!isPacked(bytes)) return [];
  const files: { name: string; bytes?: Uint8Array }[] = [];
  for (const { id, value } of attributesIn(bytes)) {
    const file = files.at(-1);
    if (id === attributes.newFile && files.length === mostFiles) break;
    if (id === attributes.newFile) files.push({ name: '' });
    else if (file && id === attributes.title) file.name = latin.decode(value).replace(/\0[\s\S]*$/, '');
    else if (file && id === attributes.data) file.bytes = value;
  }
  return files.flatMap(({ name, bytes: content }) => (content ? [{ name, bytes: content }] : []));
};
