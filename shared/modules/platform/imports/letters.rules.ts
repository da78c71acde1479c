import iconv from 'iconv-lite';

/** As what UTF-8 was read before it came here. */
export const misreadings = ['WINDOWS_1252', 'GBK'] as const;
/** A misreading. */
export type Misreading = (typeof misreadings)[number];

/** What such cells look like: `JosÃ©`, `Jos茅`. */
const marks: Readonly<Record<Misreading, RegExp>> = {
  WINDOWS_1252: /[ÃÂÄÅâð][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/,
  GBK: /[A-Za-z][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z]/,
};

/** The bytes that were misread; undefined when the text cannot have come from them. */
const bytesOf = (text: string, as: Misreading): Buffer | undefined => {
  if (as === 'GBK') {
    const bytes = iconv.encode(text, 'gbk');
    return iconv.decode(bytes, 'gbk') === text ? bytes : undefined;
  }
  const codes = Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (code < 0x80 || (code > 0x7f && code < 0xa0)) return code;
    const [byte = 0x3f] = iconv.encode(letter, 'windows-1252');
    return byte === 0x3f ? -1 : byte;
  });
  return codes.includes(-1) ? undefined : Buffer.from(codes);
};

/** A cell as it was meant; as it is where it was not misread so. */
export const repairedCell = (text: string, as: Misreading): string => {
  if (!marks[as].test(text)) return text;
  const bytes = bytesOf(text, as);
  if (!bytes) return text;
  try {
    const meant = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[\u0080-\u009f]/.test(meant) ? text : meant;
  } catch {
    return text;
  }
};

/** What repairing would do: how many of the cells, and some of them before and after. */
export type Repair = {
  readonly misread: Misreading;
  readonly cells: number;
  readonly samples: readonly { readonly was: string; readonly becomes: string }[];
};

/** The misreading that most of these cells have suffered, if any have. */
export const repairFor = (cells: readonly string[]): Repair | undefined => {
  const found = misreadings.map((misread): Repair => {
    const changed = cells
      .map((was) => ({ was: was.slice(0, 100), becomes: repairedCell(was, misread).slice(0, 100) }))
      .filter(({ was, becomes }) => was !== becomes);
    return { misread, cells: changed.length, samples: changed.slice(0, 5) };
  });
  return found.toSorted((one, other) => other.cells - one.cells).find((repair) => repair.cells > 0);
};
