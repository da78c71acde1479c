import { heightOf, margin, widthOf, writeAt, type Pen, type Style } from '#modules/platform/pdf';
import type { Bars, Ride, RideColumn, RideFact } from './ride.rules.ts';

const small: Style = { size: 7.5 };
const label: Style = { size: 7.5, bold: true };
const gap = 8;
const inset = 6;
const frame = '#8a929c';

/** Draws the paper from the top: who issues, what it is, for whom, what, and what it comes to. */
export const drawRide = (pen: Pen, ride: Ride, bars: Bars): void => {
  const half = (widthOf(pen.doc) - gap) / 2;
  const top = margin - 12;
  const right = drawBox(pen, margin + half + gap, top, half, (x, y, width) =>
    drawDocument(pen, ride, bars, x, y, width),
  );
  const left = drawBox(pen, margin, top, half, (x, y, width) => drawIssuer(pen, ride, x, y, width), right - top);
  pen.doc.y = Math.max(left, right) + gap;
  pen.doc.y =
    drawBox(pen, margin, pen.doc.y, widthOf(pen.doc), (x, y, width) => drawFacts(pen, ride.parties, x, y, width)) + gap;
  drawTable(pen, ride.columns, ride.rows);
  drawEnd(pen, ride);
};

/** A frame around what is drawn in it; answers where it ends. */
const drawBox = (
  { doc }: Pen,
  x: number,
  y: number,
  width: number,
  draw: (x: number, y: number, width: number) => number,
  atLeast = 0,
): number => {
  const end = Math.max(draw(x + inset, y + inset, width - 2 * inset) + inset, y + atLeast);
  doc
    .roundedRect(x, y, width, end - y, 4)
    .lineWidth(0.6)
    .strokeColor(frame)
    .stroke();
  return end;
};

const drawIssuer = (pen: Pen, { issuer }: Ride, x: number, y: number, width: number): number => {
  let at = y + drawLogo(pen, x, y, width);
  at += writeAt(pen, issuer.name, x, at, width, { size: 11, bold: true }) + 4;
  at = drawList(pen, issuer.facts, x, at, width);
  for (const legend of issuer.legends) at += writeAt(pen, legend, x, at, width, label) + 2;
  return at;
};

const drawLogo = ({ doc, head }: Pen, x: number, y: number, width: number): number => {
  if (!head.logo) return 0;
  try {
    doc.image(Buffer.from(head.logo), x, y, { fit: [width, 60] });
    return 66;
  } catch {
    // A picture that is neither PNG nor JPEG must not keep a document from being made.
    return 0;
  }
};

const drawDocument = (pen: Pen, ride: Ride, bars: Bars, x: number, y: number, width: number): number => {
  let at = y;
  const write = (text: string, style: Style, below = 2): void => {
    at += writeAt(pen, text, x, at, width, style) + below;
  };
  write(`R.U.C.: ${ride.ruc}`, { size: 10, bold: true });
  write(ride.title, { size: 13, bold: true });
  write(`No. ${ride.number}`, { size: 10 }, 4);
  for (const fact of ride.document) {
    const isShort = fact.value.length < 15;
    write(isShort ? `${fact.label}: ${fact.value}` : fact.label, isShort ? small : label);
    if (!isShort) write(fact.value, small);
  }
  write('CLAVE DE ACCESO', label, 3);
  at += drawBars(pen, bars, x, at, width) + 2;
  write(ride.accessKey, small, 0);
  return at;
};

/** The bars over the whole width, some 9 mm high. */
const drawBars = ({ doc }: Pen, { width, height, strokes }: Bars, x: number, y: number, room: number): number => {
  const tall = 26;
  doc
    .save()
    .translate(x, y)
    .scale(room / width, tall / height);
  for (const { weight, path } of strokes) doc.path(path).lineWidth(weight).strokeColor('#000000').stroke();
  doc.restore();
  return tall;
};

/** Names and values, one below the other. */
const drawList = (pen: Pen, facts: readonly RideFact[], x: number, y: number, width: number): number => {
  let at = y;
  for (const fact of facts) at = drawFact(pen, fact, x, at, width);
  return at;
};

const drawFact = (pen: Pen, fact: RideFact, x: number, y: number, width: number): number => {
  const named = width * 0.42;
  const heights = [
    writeAt(pen, `${fact.label}:`, x, y, named - 4, label),
    writeAt(pen, fact.value, x + named, y, width - named, small),
  ];
  return y + Math.max(...heights) + 3;
};

/** Two columns of names and values. */
const drawFacts = (pen: Pen, facts: readonly RideFact[], x: number, y: number, width: number): number => {
  const half = (width - 2 * gap) / 2;
  let at = y;
  for (let index = 0; index < facts.length; index += 2) {
    const ends = facts
      .slice(index, index + 2)
      .map((fact, column) => drawFact(pen, fact, x + column * (half + 2 * gap), at, half));
    at = Math.max(...ends);
  }
  return at;
};

const bottomOf = ({ doc }: Pen): number => doc.page.height - margin;

/** Turns the page when so much does not fit any more. */
const keepRoom = (pen: Pen, height: number): boolean => {
  if (pen.doc.y + height <= bottomOf(pen)) return false;
  pen.doc.addPage();
  pen.doc.page.margins.bottom = 0;
  pen.doc.y = margin;
  return true;
};

const drawTable = (pen: Pen, columns: readonly RideColumn[], rows: readonly (readonly string[])[]): void => {
  pen.doc.page.margins.bottom = 0;
  const heads = columns.map((column) => column.label);
  drawRow(pen, columns, heads, label);
  for (const row of rows) {
    const height = rowHeight(pen, columns, row, small);
    if (keepRoom(pen, height)) drawRow(pen, columns, heads, label);
    drawRow(pen, columns, row, small, { height });
  }
  pen.doc.y += gap;
};

const widthsOf = ({ doc }: Pen, columns: readonly RideColumn[], room = widthOf(doc)): readonly number[] => {
  const all = columns.reduce((so, { weight }) => so + weight, 0);
  return columns.map(({ weight }) => (room * weight) / all);
};

const padding = 3;

const rowHeight = (pen: Pen, columns: readonly RideColumn[], cells: readonly string[], style: Style, room?: number) => {
  const widths = widthsOf(pen, columns, room);
  const heights = cells.map((cell, index) => heightOf(pen, cell, (widths[index] ?? 0) - 2 * padding, style));
  return Math.max(...heights) + 2 * padding;
};

const drawRow = (
  pen: Pen,
  columns: readonly RideColumn[],
  cells: readonly string[],
  style: Style,
  {
    room,
    height = rowHeight(pen, columns, cells, style, room),
  }: { readonly room?: number; readonly height?: number } = {},
): void => {
  const { doc } = pen;
  const widths = widthsOf(pen, columns, room);
  const y = doc.y;
  let x = margin;
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0;
    doc.rect(x, y, width, height).lineWidth(0.5).strokeColor(frame).stroke();
    writeAt(pen, cells[index] ?? '', x + padding, y + padding, width - 2 * padding, {
      ...style,
      ...(column.isNumber && !style.bold && { align: 'right' }),
    });
    x += width;
  }
  doc.y = y + height;
};

const payColumns: readonly RideColumn[] = [
  { label: 'Forma de Pago', weight: 3.2 },
  { label: 'Valor', weight: 1.2, isNumber: true },
  { label: 'Plazo', weight: 0.8, isNumber: true },
  { label: 'Tiempo', weight: 1 },
];

/** What else is said and how it is paid to the left, the sums to the right. */
const drawEnd = (pen: Pen, { notes, payments, totals }: Ride): void => {
  const { doc } = pen;
  const leftWidth = widthOf(doc) * 0.56;
  const rightWidth = widthOf(doc) - leftWidth - gap;
  keepRoom(pen, Math.max(totals.length * 15, 60 + notes.length * 14 + payments.length * 24));
  const top = doc.y;
  if (notes.length > 0)
    doc.y =
      drawBox(pen, margin, top, leftWidth, (x, y, width) => {
        const at = y + writeAt(pen, 'Información Adicional', x, y, width, { size: 8.5, bold: true }) + 4;
        return drawList(pen, notes, x, at, width);
      }) + gap;
  if (payments.length > 0) {
    drawRow(
      pen,
      payColumns,
      payColumns.map((column) => column.label),
      label,
      { room: leftWidth },
    );
    for (const payment of payments) drawRow(pen, payColumns, payment, small, { room: leftWidth });
  }
  drawTotals(pen, totals, margin + leftWidth + gap, top, rightWidth);
};

const drawTotals = (pen: Pen, totals: readonly RideFact[], x: number, y: number, width: number): void => {
  const { doc } = pen;
  const height = 15;
  const named = width * 0.64;
  for (const [index, { label: name, value }] of totals.entries()) {
    const at = y + index * height;
    const isLast = index === totals.length - 1;
    doc.rect(x, at, named, height).rect(x + named, at, width - named, height);
    doc.lineWidth(0.5).strokeColor(frame).stroke();
    writeAt(pen, name, x + padding, at + padding, named - 2 * padding, label);
    writeAt(pen, value, x + named, at + padding, width - named - padding, {
      size: 7.5,
      align: 'right',
      bold: isLast,
    });
  }
};
