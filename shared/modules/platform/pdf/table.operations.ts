import { tint, writeValue, type DocumentColumn, type DocumentTable, type DocumentValue } from './document.rules.ts';
import {
  drawPicture,
  heightOf,
  ink,
  line,
  makeRoom,
  margin,
  rule,
  widthOf,
  writeAt,
  type Pen,
  type Style,
} from './pen.operations.ts';

type Cell = { readonly x: number; readonly width: number; readonly align: 'left' | 'right' };

const cellsOf = ({ doc }: Pen, columns: readonly DocumentColumn[]): readonly Cell[] => {
  const whole = columns.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let x = margin;
  return columns.map(({ weight = 1, align = 'left' }) => {
    const width = (widthOf(doc) * weight) / whole;
    const cell = { x: x + 5, width: width - 10, align };
    x += width;
    return cell;
  });
};

/** Draws a table from the cursor on; its head stands again on each page. */
export const drawTable = (pen: Pen, { columns, rows, totals = [] }: DocumentTable): void => {
  const { doc } = pen;
  const cells = cellsOf(pen, columns);
  drawTableHead(pen, columns, cells);
  for (const row of rows) {
    const texts = row.map((value) => writeValue(value, pen.writing));
    const pictures = row.map(pictureIn);
    const least = pictures.some(Boolean) ? pictureHeight + 10 : 0;
    const height = Math.max(least, rowHeight(pen, texts, cells, { size: 9.5 }));
    if (makeRoom(pen, height)) drawTableHead(pen, columns, cells);
    const top = doc.y;
    drawRow(pen, texts, cells, { size: 9.5 });
    drawPictures(pen, pictures, cells, top + 5);
    doc.y = top + height;
    rule(pen, doc.y, line, 0.5);
  }
  doc.y += 6;
  drawTotals(pen, totals);
};

const pictureHeight = 44;

const pictureIn = (value: DocumentValue): Uint8Array | undefined =>
  typeof value === 'object' && 'picture' in value ? value.picture : undefined;

const drawPictures = (
  pen: Pen,
  pictures: readonly (Uint8Array | undefined)[],
  cells: readonly Cell[],
  y: number,
): void => {
  for (const [index, { x, width }] of cells.entries()) {
    const picture = pictures[index];
    if (picture) drawPicture(pen, picture, { x, y, fit: [width, pictureHeight] });
  }
};

const rowHeight = (pen: Pen, texts: readonly string[], cells: readonly Cell[], style: Style): number =>
  Math.max(...cells.map(({ width }, index) => heightOf(pen, texts[index] ?? '', width, style))) + 8;

const drawRow = (pen: Pen, texts: readonly string[], cells: readonly Cell[], style: Style): void => {
  const height = rowHeight(pen, texts, cells, style);
  const top = pen.doc.y;
  for (const [index, { x, width, align }] of cells.entries())
    writeAt(pen, texts[index] ?? '', x, top + 5, width, { ...style, align });
  pen.doc.y = top + height;
};

const drawTableHead = (pen: Pen, columns: readonly DocumentColumn[], cells: readonly Cell[]): void => {
  const { doc, head } = pen;
  const labels = columns.map(({ label }) => label);
  const style = { size: 8.5, bold: true, colour: head.primary };
  const height = rowHeight(pen, labels, cells, style);
  makeRoom(pen, height + 24);
  doc.rect(margin, doc.y, widthOf(doc), height).fill(tint(head.primary, 0.1));
  drawRow(pen, labels, cells, style);
};

const drawTotals = (pen: Pen, totals: NonNullable<DocumentTable['totals']>): void => {
  const { doc, head } = pen;
  const width = 230;
  const x = margin + widthOf(doc) - width;
  for (const { label, value, isTotal = false } of totals) {
    makeRoom(pen, 24);
    const style = { size: isTotal ? 11.5 : 9.5, bold: isTotal, colour: isTotal ? '#ffffff' : ink };
    const height = isTotal ? 24 : 17;
    const top = doc.y;
    if (isTotal) doc.rect(x, top, width, height).fill(head.accent);
    const y = top + (isTotal ? 7 : 4);
    writeAt(pen, label, x + 8, y, width / 2 - 8, style);
    writeAt(pen, writeValue(value, pen.writing), x + width / 2, y, width / 2 - 5, { ...style, align: 'right' });
    doc.y = top + height;
  }
};
