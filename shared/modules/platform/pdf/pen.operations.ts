import { printable, type Letterhead } from './document.rules.ts';
import type { Writing } from './formats.rules.ts';
import { isShowable } from './pictures.rules.ts';

export type Pen = {
  readonly doc: PDFKit.PDFDocument;
  readonly head: Letterhead;
  readonly writing: Writing;
};

export const margin = 48;
export const footerHeight = 34;
export const ink = '#1c2026';
export const quiet = '#5b6470';
export const line = '#d9dde3';

/**
 * A letter with its accents stays one glyph. Taken apart (what fonts call ccmp), the letter alone would be read as the whole
 * wherever it stands, when a page is searched or copied. fontkit takes an object too, which its types do not say.
 */
const features = { ccmp: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[];

export const widthOf = ({ page }: PDFKit.PDFDocument): number => page.width - 2 * margin;
const bottomOf = ({ page }: PDFKit.PDFDocument): number => page.height - margin - footerHeight;

/** Turns the page when what comes does not fit. Answers whether it did. */
export const makeRoom = ({ doc }: Pen, height: number): boolean => {
  if (doc.y + height <= bottomOf(doc)) return false;
  doc.addPage();
  doc.y = margin;
  return true;
};

export type Style = {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
};

const choose = ({ doc }: Pen, { size, bold = false, colour = ink }: Style): PDFKit.PDFDocument =>
  doc
    .font(bold ? 'bold' : 'plain')
    .fontSize(size)
    .fillColor(colour);

/** Writes into a box and answers the height that it took; the cursor stays where it was. */
export const writeAt = (pen: Pen, text: string, x: number, y: number, width: number, style: Style): number => {
  const shown = printable(text);
  const { doc } = pen;
  choose(pen, style).text(shown, x, y, { width, align: style.align ?? 'left', lineGap: 1.5, features });
  return doc.y - y;
};

export const heightOf = (pen: Pen, text: string, width: number, style: Style): number =>
  choose(pen, style).heightOfString(printable(text), { width, lineGap: 1.5, features });

export const rule = ({ doc }: Pen, y: number, colour: string, weight: number): void => {
  doc
    .moveTo(margin, y)
    .lineTo(margin + widthOf(doc), y)
    .lineWidth(weight)
    .strokeColor(colour)
    .stroke();
};

/** Draws a picture into a box, as large as it fits. What cannot be shown is left out: it must not keep a document from going out. */
export const drawPicture = (
  { doc }: Pen,
  picture: Uint8Array,
  { x, y, fit }: { readonly x: number; readonly y: number; readonly fit: readonly [number, number] },
): boolean => {
  if (!isShowable(picture)) return false;
  try {
    doc.image(Buffer.from(picture), x, y, { fit: [...fit] });
    return true;
  } catch {
    return false;
  }
};
