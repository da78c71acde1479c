// What a receipt says, read from the lines on its picture: tickets and invoices in Spanish or English.
import type { SeenText } from '#kernel';

/** What is read of a receipt. */
export const receiptFields = ['merchant', 'merchantTaxId', 'receiptNumber', 'spentOn', 'total', 'currency'] as const;
type FieldName = (typeof receiptFields)[number];
/** A value that was read, and how sure that is: 0 to 1. */
export type ReceiptField = { readonly name: FieldName; readonly value: string; readonly confidence: number };

/** From here on a value counts as read. */
const certain = 0.8;

/** What the lines of a receipt say. */
export const readReceiptLines = (lines: readonly SeenText[]): readonly ReceiptField[] => [
  ...merchantOn(lines),
  ...firstOn(lines, 'merchantTaxId', /\b(?:RUC|R\.U\.C\.?|NIF|CIF|RFC|NIT|VAT)\W*([A-Z]?-?\d[\dA-Z-]{6,14})/i, clean),
  ...firstOn(lines, 'receiptNumber', /\b(\d{3}-\d{3}-\d{6,9})\b/, clean),
  ...firstOn(lines, 'spentOn', /\b(\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})\b/, dayOf),
  ...totalOn(lines),
  ...currencyOn(lines),
];

/** Whether day and total are not sure. */
export const leavesReceiptDoubts = (fields: readonly ReceiptField[]): boolean =>
  (['spentOn', 'total', 'merchant'] as const).some(
    (wanted) => !fields.some(({ name, confidence }) => name === wanted && confidence >= certain),
  );

/** Fields together with those that were found by looking at the whole: of two values for a field the surer one stays. */
export const withFound = (
  fields: readonly ReceiptField[],
  found: ReadonlyMap<string, SeenText>,
): readonly ReceiptField[] => {
  const read = receiptFields.flatMap((name): readonly ReceiptField[] => {
    const said = found.get(name);
    const value = said && readers[name](said.text);
    return value === undefined ? [] : [{ name, value, confidence: said?.confidence ?? 0 }];
  });
  return receiptFields.flatMap((name) =>
    [...fields, ...read]
      .filter((field) => field.name === name)
      .toSorted((a, b) => b.confidence - a.confidence)
      .slice(0, 1),
  );
};

const clean = (text: string): string | undefined => text.trim() || undefined;

const firstOn = (
  lines: readonly SeenText[],
  name: FieldName,
  pattern: RegExp,
  read: (text: string) => string | undefined,
): readonly ReceiptField[] => {
  for (const { text, confidence } of lines) {
    const value = read(pattern.exec(text)?.[1] ?? '');
    if (value !== undefined) return [{ name, value, confidence }];
  }
  return [];
};

/** `2026-11-20` of `20/11/2026`, `20-11-2026` or itself; nothing for a day that does not exist. */
const dayOf = (text: string): string | undefined => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text.trim())?.slice(1) ?? text.trim().split(/[/.-]/).reverse();
  const [year = '', month = '', day = ''] = parts;
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${written}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== written ? undefined : written;
};

const amountPattern = /(?<![\d.,])(\d{1,3}(?:[.,]\d{3})*[.,]\d{2}|\d+[.,]\d{2})(?![\d.,])/;

/** `1234.50` of `1.234,50`, `1,234.50`, `$ 1234.50`; nothing where there is none. */
const amountOf = (text: string): string | undefined => {
  const found = amountPattern.exec(text)?.[1];
  return found && `${found.slice(0, -3).replace(/[.,]/g, '')}.${found.slice(-2)}`;
};

const totalLabel = /\b(?:total|importe|valor a pagar|amount due)\b/i;
const notTotal = /\b(?:sub\s*-?\s*total|descuento|discount|iva|tax|propina|tip|art[ií]culos|items)\b/i;

/** The last line that says total; where its amount stands in another column, the one at the same height. */
const totalOn = (lines: readonly SeenText[]): readonly ReceiptField[] => {
  const labels = lines.filter(({ text }) => totalLabel.test(text) && !notTotal.test(text)).toReversed();
  for (const label of labels) {
    const beside = lines.filter((line) => line !== label && isBeside(line, label));
    for (const line of [label, ...beside]) {
      const value = amountOf(line.text);
      if (value !== undefined)
        return [{ name: 'total', value, confidence: Math.min(line.confidence, label.confidence) }];
    }
  }
  return [];
};

const isBeside = ({ box }: SeenText, { box: label }: SeenText): boolean =>
  box !== undefined &&
  label !== undefined &&
  box.left > label.left &&
  Math.abs(box.top + box.height / 2 - label.top - label.height / 2) < Math.max(box.height, label.height) / 2;

/** The topmost line of words that is none of the usual headings. */
const merchantOn = (lines: readonly SeenText[]): readonly ReceiptField[] => {
  const named = lines.find(
    ({ text }) =>
      /\p{L}{3}/u.test(text) && !/^(?:factura|ticket|recibo|receipt|invoice|nota de venta|fecha|date)\b/i.test(text),
  );
  return named ? [{ name: 'merchant', value: named.text.trim(), confidence: named.confidence }] : [];
};

const signs: readonly (readonly [RegExp, string])[] = [
  [/€|\bEUR\b/, 'EUR'],
  [/\bUSD\b|US\$/, 'USD'],
  [/\bCOP\b/, 'COP'],
  [/S\/\.?\s?\d|\bPEN\b/, 'PEN'],
  [/\bMXN\b/, 'MXN'],
];

const currencyIn = (text: string): string | undefined => signs.find(([sign]) => sign.test(text))?.[1];

const currencyOn = (lines: readonly SeenText[]): readonly ReceiptField[] => {
  const line = lines.find(({ text }) => currencyIn(text) !== undefined);
  const value = line && currencyIn(line.text);
  return line && value !== undefined ? [{ name: 'currency', value, confidence: line.confidence }] : [];
};

const readers: Readonly<Record<FieldName, (text: string) => string | undefined>> = {
  merchant: clean,
  merchantTaxId: clean,
  receiptNumber: clean,
  spentOn: dayOf,
  total: amountOf,
  currency: currencyIn,
};
