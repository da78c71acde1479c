// An entry that prints, for the test of bundles: pdfkit reads its fonts from files at run time.
import PDFDocument from 'pdfkit';

/** Answers the bytes of a page in the standard fonts. */
export const handler = async (): Promise<number> => {
  const page = new PDFDocument();
  const bytes: Buffer[] = [];
  page.on('data', (chunk: Buffer) => bytes.push(chunk));
  const ended = new Promise((resolve) => page.on('end', resolve));
  page.font('Helvetica').text('Ñandú').font('Times-Bold').text('€');
  page.end();
  await ended;
  return Buffer.concat(bytes).length;
};
