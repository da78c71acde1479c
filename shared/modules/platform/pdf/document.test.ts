import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, type Font } from 'fontkit';
import { moneyOf } from '#kernel';
import { renderDocument, type DocumentModel, type Letterhead, type Writing } from './index.ts';
import { printable } from './document.rules.ts';
import { fontFile } from './fonts.operations.ts';

const hasPoppler = spawnSync('pdftotext', ['-v']).error === undefined;
/** Skipped, the report says that nobody looked at the pages. */
const describeWithPoppler = hasPoppler ? describe : describe.skip;

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
};
/** A picture of one colour. */
const png = (width: number, height: number, colour: readonly [number, number, number]): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from(colour))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([mark, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
};

const head: Letterhead = {
  name: 'Ñandú & Cía',
  legalName: 'Ñandú y Compañía Cía. Ltda.',
  taxId: 'RUC 1790012345001',
  primary: '#1f4b99',
  accent: '#0f766e',
  logo: png(120, 40, [31, 75, 153]),
};
const spanish: Writing = { locale: 'es', country: 'EC', timeZone: 'America/Guayaquil' };
const english: Writing = { locale: 'en', country: 'US', timeZone: 'America/New_York' };
const usd = (minor: number) => ({ money: moneyOf(minor, 'USD') });
const quote = (lines: number): DocumentModel => ({
  title: 'Cotización',
  number: 'COT-2026-00042',
  madeAt: '2026-11-22T15:00:00.000Z',
  facts: [
    { label: 'Fecha', value: { day: '2026-11-22' } },
    { label: 'Válida hasta', value: { day: '2026-12-22' } },
  ],
  parties: [
    { heading: 'Para', name: 'Clínica Íñiguez S.A.', lines: ['RUC 0990012345001', 'Av. 9 de Octubre 100, Guayaquil'] },
    { heading: 'Atiende', name: 'Ana Muñoz', lines: ['ana@example.com', '+593 99 123 4567'] },
  ],
  sections: [
    {
      table: {
        columns: [
          { label: 'Descripción', weight: 4 },
          { label: 'Cantidad', align: 'right' },
          { label: 'Precio', align: 'right', weight: 1.4 },
          { label: 'Importe', align: 'right', weight: 1.4 },
        ],
        rows: Array.from({ length: lines }, (_, index) => [
          `Ecógrafo portátil n.º ${index + 1}, con sonda y maletín de transporte`,
          { decimal: '2.5' },
          usd(123_456),
          usd(308_640),
        ]),
        totals: [
          { label: 'Subtotal', value: usd(308_640 * lines) },
          { label: 'IVA 15 %', value: usd(46_296 * lines) },
          { label: 'Total', value: usd(354_936 * lines), isTotal: true },
        ],
      },
    },
  ],
  notes: 'Precios en dólares de los Estados Unidos — incluye instalación y formación.',
  clauses: ['El plazo de entrega es de 15 días.', 'La garantía es de dos años.'],
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lazo-pdf-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const saved = async (name: string, model: DocumentModel, writing: Writing, paper = head): Promise<string> => {
  const path = join(folder, name);
  writeFileSync(path, await renderDocument(model, paper, writing));
  return path;
};
const textOf = (path: string): string =>
  execFileSync('pdftotext', ['-layout', '-enc', 'UTF-8', path, '-'], { encoding: 'utf8' });
const pagesOf = (path: string): number =>
  Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [path], { encoding: 'utf8' }))?.[1]);

describe('a document', () => {
  it('is the same bytes for the same model, and others for another', async () => {
    const hash = async (model: DocumentModel) =>
      createHash('sha256')
        .update(await renderDocument(model, head, spanish))
        .digest('hex');
    expect(await hash(quote(3))).toBe(await hash(quote(3)));
    expect(await hash(quote(4))).not.toBe(await hash(quote(3)));
  });

  it('goes out even where the logo is not a picture', async () => {
    const bytes = await renderDocument(quote(1), { ...head, logo: Buffer.from('GIF89a') }, spanish);
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe('%PDF-');
  });
});

describeWithPoppler('a page, as poppler shows it', () => {
  it('has names in the letters of all of Europe, and money in its signs', async () => {
    const names = [
      'Łódź Przedsiębiorstwo',
      'Ștefan Țurcanu',
      'Žluťoučký kůň',
      'Đặng Thị',
      'office, Ẹlẹ́',
      'Ελλάς Α.Ε.',
      'Київ',
      'İğdır',
    ];
    const model = { ...quote(1), notes: [...names, '100 € · £ ₡ ₲'].join('\n') };
    const text = textOf(await saved('names.pdf', model, spanish)).normalize('NFC');
    for (const name of names) expect(text).toContain(name);
    expect(text).toContain('100 €');
    expect(text).not.toContain('?');
  });

  it('holds only the letters that it shows', async () => {
    expect(readFileSync(await saved('small.pdf', quote(3), spanish)).length).toBeLessThan(100_000);
  });

  it('can be read: accents, money, dates, totals, clauses', async () => {
    const text = textOf(await saved('quote.pdf', quote(3), spanish));
    const words = [
      'Cotización',
      'COT-2026-00042',
      'Clínica Íñiguez S.A.',
      'Ñandú y Compañía Cía. Ltda.',
      '22 de noviembre de 2026',
    ];
    for (const word of [...words, '$1.234,56', '2,5', '$10.648,08', '1. El plazo', '— incluye', 'Página 1 de 1'])
      expect(text).toContain(word);
    expect(text).not.toContain('?');
  });

  it('speaks English and counts pages, with the heads of its tables on each', async () => {
    const path = await saved('long.pdf', { ...quote(70), title: 'Quote' }, english);
    const text = textOf(path);
    const pages = pagesOf(path);
    expect(pages).toBeGreaterThan(2);
    expect(text).toContain(`Page ${pages} of ${pages}`);
    expect(text.match(/Descripción/g)).toHaveLength(
      text.split('\f').filter((page) => page.includes('Ecógrafo')).length,
    );
    expect(text).toContain('$1,234.56');
    expect(text).toContain('November 22, 2026');
    for (let index = 1; index <= 70; index += 1) expect(text).toContain(`n.º ${index},`);
  });

  it('shows logo and colours', async () => {
    const path = await saved('picture.pdf', quote(3), spanish);
    execFileSync('pdftoppm', ['-r', '36', '-singlefile', path, join(folder, 'picture')]);
    const picture = readFileSync(join(folder, 'picture.ppm'));
    const pixels = picture.subarray(
      picture.length -
        Number(
          /P6\n(\d+) (\d+)/
            .exec(picture.toString('latin1'))
            ?.slice(1)
            .reduce((a, b) => a * Number(b), 3),
        ),
    );
    const has = ([r, g, b]: readonly [number, number, number]): boolean => {
      for (let at = 0; at < pixels.length; at += 3)
        if (pixels[at] === r && pixels[at + 1] === g && pixels[at + 2] === b) return true;
      return false;
    };
    expect([has([31, 75, 153]), has([15, 118, 110])]).toEqual([true, true]);
  });
});

/** What pdfkit has opened a font with. */
describe('printable', () => {
  it('keeps what the fonts have and comes as near as it can to the rest', () => {
    const names = 'Año € “así” – ñandú, Łódź, Ștefan Țurcanu, Đặng, Ἀ, Ελλάς, Київ, ₡ № ½';
    expect(printable(names)).toBe(names.replace('Ἀ', 'Α'));
    expect(printable('co\u00adrreo')).toBe('correo');
    expect(printable('ﾃ ① 日本 e\u0301 😀')).toBe('? 1 ?? é ?');
  });

  const passed = Array.from({ length: 0xffff - 0x20 }, (_, code) => code + 0x20).filter((code) => {
    const sign = String.fromCodePoint(code);
    return printable(sign) === sign;
  });

  it.each(['plain', 'bold'] as const)('passes no sign that the %s font lacks, nor two that are one in it', (name) => {
    const font = create(readFileSync(fontFile[name]())) as Font;
    const glyphs = passed.map((code) => font.layout(String.fromCodePoint(code), { ccmp: false }).glyphs[0]?.id ?? 0);
    expect(passed.filter((_, at) => glyphs[at] === 0).map((code) => code.toString(16))).toEqual([]);
    expect(passed.filter((_, at) => glyphs.indexOf(glyphs[at] ?? 0) !== at).map((code) => code.toString(16))).toEqual(
      [],
    );
  });
});
