import { describe, expect, it } from '@jest/globals';
import { moneyOf, type Locale } from '#kernel';
import type { CreditNoteRow } from './credit-note.entity.ts';
import { billingDocument } from './invoice-document.rules.ts';
import type { InvoiceRow } from './invoice.entity.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');
const line = {
  ...{ key: '1', code: 'CHAIR', description: 'Chair', note: 'Oak', quantity: '2', unit: 'unit', unitPrice: '50' },
  ...{ gross: usd(10_000), discount: usd(1000) },
};
const totals = {
  ...{ gross: usd(10_000), lineDiscount: usd(1000), headerDiscount: usd(500), base: usd(8500) },
  taxes: [{ code: 'EC-IVA-4', amount: usd(1275) }],
};
const buyer = { name: 'Customer S.A.', taxId: '1790016919001', address: 'Amazonas, Quito', isFinalConsumer: false };
const invoice = {
  ...{ kind: 'STANDARD', status: 'ISSUED', number: '001-001-000000007', issuedOn: '2026-11-22', dueOn: '2026-12-22' },
  ...{ buyer, totals, lines: [line], notes: 'Thank you', reference: 'PO-7' },
  deductions: [{ number: '001-001-000000003', total: usd(2000) }],
  total: usd(7775),
} as unknown as InvoiceRow;
const note = {
  ...{ type: 'RETURN', status: 'ISSUED', number: '001-001-000000001', issuedOn: '2026-11-25', reason: 'Broken' },
  ...{ buyer, totals, lines: [line], invoiceNumber: invoice.number, total: usd(9775) },
} as unknown as CreditNoteRow;

const written = (document: InvoiceRow | CreditNoteRow, locale: Locale) =>
  billingDocument(document, {
    locale,
    madeAt: '2026-11-25T15:00:00.000Z',
    taxNames: new Map([['EC-IVA-4', 'IVA 15 %']]),
  });
const sumsOf = (document: InvoiceRow | CreditNoteRow, locale: Locale) =>
  (written(document, locale).sections[0]?.table?.totals ?? []).map(({ label, value }) => [label, value]);

describe('the paper of an invoice', () => {
  it('names the buyer, the lines and what they come to, in both languages', () => {
    const paper = written(invoice, 'es');
    expect([paper.title, paper.number]).toEqual(['Factura', '001-001-000000007']);
    expect(paper.parties).toEqual([
      { heading: 'Cliente', name: 'Customer S.A.', lines: ['1790016919001', 'Amazonas, Quito'] },
    ]);
    expect(paper.sections[0]?.table?.rows).toEqual([
      ['CHAIR', 'Chair\nOak', '2', { decimal: '50' }, { money: usd(1000) }, { money: usd(9000) }],
    ]);
    expect(sumsOf(invoice, 'en')).toEqual([
      ['Subtotal', { money: usd(9000) }],
      ['Discount', { money: usd(-500) }],
      ['IVA 15 %', { money: usd(1275) }],
      ['Advance 001-001-000000003', { money: usd(-2000) }],
      ['Total', { money: usd(7775) }],
    ]);
  });

  it('says what it is: an advance, void, a draft', () => {
    const titleOf = (more: object) => written({ ...invoice, ...more }, 'es').title;
    expect(titleOf({ kind: 'ADVANCE' })).toBe('Factura de anticipo');
    expect(titleOf({ status: 'VOIDED' })).toBe('Factura (ANULADA)');
    const { number: _none, ...draft } = invoice;
    expect(written(draft as InvoiceRow, 'en').number).toBe('Draft');
  });
});

describe('the paper of a credit note', () => {
  it('names the invoice that it credits, and why', () => {
    const paper = written(note, 'es');
    expect(paper.title).toBe('Nota de crédito');
    expect(paper.facts).toEqual([
      { label: 'Fecha', value: { day: '2026-11-25' } },
      { label: 'Modifica la factura', value: '001-001-000000007' },
      { label: 'Motivo', value: 'Broken' },
    ]);
    expect(written(note, 'en').facts?.map(({ label }) => label)).toEqual(['Date', 'Credits invoice', 'Reason']);
  });
});
