/** How a text travels as SMS: carriers charge each part. */
export type SmsParts = {
  /** GSM_7 where every sign is of the alphabet of phones (GSM 03.38); one á, í, ó, ú or emoji makes all of it UCS_2. */
  readonly encoding: 'GSM_7' | 'UCS_2';
  /** Places that it takes: some signs take two. */
  readonly length: number;
  readonly parts: number;
};

const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** They are written behind an escape. */
const extended = new Set('\f^{}\\[~]|€');

/** Places in a text that goes alone, and in each part of a longer one, where a header takes some. */
const places = { GSM_7: { alone: 160, part: 153 }, UCS_2: { alone: 70, part: 67 } } as const;

/** The most parts that carriers put together again. */
export const mostParts = 10;

/** Counts the parts of a text; none of its signs is torn between two. */
export const smsPartsOf = (text: string): SmsParts => {
  const signs = Array.from(text);
  const encoding = signs.every((sign) => basic.has(sign) || extended.has(sign)) ? 'GSM_7' : 'UCS_2';
  const widths = signs.map((sign) => (encoding === 'UCS_2' ? sign.length : extended.has(sign) ? 2 : 1));
  const length = widths.reduce((sum, width) => sum + width, 0);
  const { alone, part } = places[encoding];
  return { encoding, length, parts: length <= alone ? 1 : packed(widths, part) };
};

const packed = (widths: readonly number[], most: number): number => {
  let [parts, used] = [1, 0];
  for (const width of widths) {
    const fits = used + width <= most;
    used = fits ? used + width : width;
    if (!fits) parts += 1;
  }
  return parts;
};
