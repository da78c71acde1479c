import {
  paperWords,
  printable,
  writeValue,
  type DocumentModel,
  type DocumentParty,
  type DocumentSection,
  type Fact,
  type Letterhead,
} from './document.rules.ts';
import { openFonts } from './fonts.operations.ts';
import type { Writing } from './formats.rules.ts';
import {
  drawPicture,
  footerHeight,
  heightOf,
  line,
  makeRoom,
  margin,
  quiet,
  rule,
  widthOf,
  writeAt,
  type Pen,
  type Style,
} from './pen.operations.ts';
import { drawTable } from './table.operations.ts';

/**
 * A document as a PDF on A4. The same model, letterhead and language are the same bytes, so that a hash of them can be kept.
 */
export const renderDocument = (model: DocumentModel, head: Letterhead, writing: Writing): Promise<Uint8Array> =>
  renderPages({ ...model, author: head.legalName ?? head.name }, head, writing, (pen) => {
    drawHead(pen, model);
    drawParties(pen, model.parties ?? []);
    for (const section of model.sections) drawSection(pen, section);
    drawTexts(pen, model);
    drawFooters(pen);
  });

/** What a file says of itself. */
export type PagesAbout = Pick<DocumentModel, 'title' | 'number' | 'madeAt'> & { readonly author: string };

/** A PDF on A4 whose pages are drawn by hand, for papers whose form is the law's. */
export const renderPages = async (
  { title, number, author, madeAt }: PagesAbout,
  head: Letterhead,
  writing: Writing,
  draw: (pen: Pen) => void,
): Promise<Uint8Array> => {
  const [{ default: PDFDocument }, fonts] = await Promise.all([import('pdfkit'), openFonts()]);
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + footerHeight },
    bufferPages: true,
    font: fonts.plain,
    lang: writing.locale,
    displayTitle: true,
    info: {
      Title: printable([title, number].filter((part) => part !== undefined).join(' ')),
      Author: printable(author),
      CreationDate: new Date(madeAt),
    },
  });
  for (const name of ['plain', 'bold'] as const) doc.registerFont(name, fonts[name]);
  const bytes = collect(doc);
  draw({ doc, head, writing });
  doc.end();
  return bytes;
};

const collect = (doc: PDFKit.PDFDocument): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  doc.on('end', () => {
    resolve(Buffer.concat(chunks));
  });
  doc.on('error', reject);
  return promise;
};

const drawHead = (pen: Pen, { title, number, facts = [] }: DocumentModel): void => {
  const { doc, head } = pen;
  const half = widthOf(doc) / 2;
  const left = drawSender(pen, half - 12);
  const right = margin + half;
  let y = margin;
  y += writeAt(pen, title, right, y, half, { size: 20, bold: true, colour: head.primary, align: 'right' });
  if (number !== undefined) y += writeAt(pen, number, right, y + 2, half, { size: 12, bold: true, align: 'right' }) + 2;
  for (const { label, value } of facts) {
    const text = `${label}: ${writeValue(value, pen.writing)}`;
    y += writeAt(pen, text, right, y + 3, half, { size: 9, colour: quiet, align: 'right' }) + 3;
  }
  const end = Math.max(left, y) + 12;
  rule(pen, end, head.primary, 1.5);
  doc.y = end + 18;
};

/** The logo where there is one that can be read, the name otherwise. Answers where it ends. */
const drawSender = (pen: Pen, width: number): number => {
  const { doc, head } = pen;
  const under = [head.legalName === head.name ? undefined : head.legalName, head.taxId].filter(
    (text) => text !== undefined,
  );
  let y = margin;
  y += drawLogo(pen) ? 56 : writeAt(pen, head.name, margin, y, width, { size: 15, bold: true });
  for (const text of under) y += writeAt(pen, text, margin, y + 2, width, { size: 9, colour: quiet }) + 2;
  doc.y = y;
  return y;
};

const drawLogo = (pen: Pen): boolean =>
  pen.head.logo !== undefined && drawPicture(pen, pen.head.logo, { x: margin, y: margin, fit: [170, 50] });

const drawParties = (pen: Pen, parties: readonly DocumentParty[]): void => {
  if (parties.length === 0) return;
  const { doc } = pen;
  const gap = 24;
  const width = (widthOf(doc) - gap * (parties.length - 1)) / parties.length;
  const top = doc.y;
  const ends = parties.map(({ heading, name, lines = [] }, index) => {
    const x = margin + index * (width + gap);
    let y = top;
    y += writeAt(pen, heading.toUpperCase(), x, y, width, { size: 7.5, bold: true, colour: quiet }) + 3;
    y += writeAt(pen, name, x, y, width, { size: 11, bold: true }) + 1;
    for (const text of lines) y += writeAt(pen, text, x, y, width, { size: 9.5 }) + 1;
    return y;
  });
  doc.y = Math.max(...ends) + 20;
};

const drawSection = (pen: Pen, { heading, facts = [], table, text, picture }: DocumentSection): void => {
  const { doc, head } = pen;
  if (heading !== undefined) {
    makeRoom(pen, 60);
    writeAt(pen, heading, margin, doc.y, widthOf(doc), { size: 11.5, bold: true, colour: head.primary });
    doc.y += 6;
  }
  drawFacts(pen, facts);
  if (table) drawTable(pen, table);
  if (text !== undefined) drawParagraph(pen, text, { size: 9.5 });
  if (picture) drawFigure(pen, picture);
  doc.y += 14;
};

const figure = { width: 240, height: 80 } as const;

const drawFigure = (pen: Pen, picture: Uint8Array): void => {
  makeRoom(pen, figure.height);
  const { doc } = pen;
  if (drawPicture(pen, picture, { x: margin, y: doc.y, fit: [figure.width, figure.height] })) doc.y += figure.height;
};

/** Two columns of names and values. */
const drawFacts = (pen: Pen, facts: readonly Fact[]): void => {
  const { doc } = pen;
  const gap = 24;
  const width = (widthOf(doc) - gap) / 2;
  for (let index = 0; index < facts.length; index += 2) {
    const pair = facts
      .slice(index, index + 2)
      .map(({ label, value }) => ({ label, text: writeValue(value, pen.writing) }));
    makeRoom(pen, 4 + Math.max(...pair.map(({ text }) => heightOf(pen, text, width - 116, { size: 9.5 }))));
    const top = doc.y;
    const heights = pair.map(({ label, text }, column) => {
      const x = margin + column * (width + gap);
      const named = writeAt(pen, label, x, top, 110, { size: 9, colour: quiet });
      return Math.max(named, writeAt(pen, text, x + 116, top, width - 116, { size: 9.5 }));
    });
    doc.y = top + Math.max(...heights) + 4;
  }
};

const drawParagraph = (pen: Pen, text: string, style: Style): void => {
  const { doc } = pen;
  if (heightOf(pen, text, widthOf(doc), style) < 60) makeRoom(pen, heightOf(pen, text, widthOf(doc), style));
  writeAt(pen, text, margin, doc.y, widthOf(doc), style);
};

const drawTexts = (pen: Pen, { notes, clauses = [] }: DocumentModel): void => {
  const words = paperWords[pen.writing.locale];
  if (notes !== undefined) drawSection(pen, { heading: words.notes, text: notes });
  if (clauses.length === 0) return;
  drawSection(pen, { heading: words.clauses });
  pen.doc.y -= 14;
  for (const [index, clause] of clauses.entries()) {
    drawParagraph(pen, `${index + 1}. ${clause}`, { size: 8, colour: quiet });
    pen.doc.y += 3;
  }
};

/** Who sends it and which page it is, on every page, once it is known how many there are. */
const drawFooters = (pen: Pen): void => {
  const { doc, head, writing } = pen;
  const words = paperWords[writing.locale];
  const { start, count } = doc.bufferedPageRange();
  const sender = [head.legalName ?? head.name, head.taxId].filter((text) => text !== undefined).join(' · ');
  for (let index = 0; index < count; index += 1) {
    doc.switchToPage(start + index);
    // Below the margin pdfkit would begin a new page.
    doc.page.margins.bottom = 0;
    const y = doc.page.height - margin - 6;
    rule(pen, y - 8, line, 0.5);
    const half = widthOf(doc) / 2;
    writeAt(pen, sender, margin, y, half, { size: 8, colour: quiet });
    const page = `${words.page} ${index + 1} ${words.of} ${count}`;
    writeAt(pen, page, margin + half, y, half, { size: 8, colour: quiet, align: 'right' });
  }
};
