import { describe, expect, it } from '@jest/globals';
import { fromDecimal } from '#kernel';
import { ridePdf } from './ride.operations.ts';
import { rideOf, type Ride } from './ride.rules.ts';
import type { ElectronicInvoice } from './sri-document.rules.ts';

const usd = (amount: string) => fromDecimal(amount, 'USD');
const line = (
  code: string,
  [quantity, unitPrice, discount, base]: readonly string[],
  rate: string,
  amount: string,
) => ({
  code,
  description: `Producto ${code}`,
  quantity: quantity ?? '',
  unitPrice: unitPrice ?? '',
  discount: usd(discount ?? '0'),
  base: usd(base ?? '0'),
  taxes: [{ code: '2', rateCode: rate === '15' ? '4' : '0', rate, base: usd(base ?? '0'), amount: usd(amount) }],
});
const accessKey = '2111202601179900001200110010010000001231234567815';
/** The worked document of domain 2.5. */
const invoice: ElectronicInvoice = {
  kind: 'INVOICE',
  issuer: {
    ruc: '1799000012001',
    legalName: 'EMPRESA SINTETICA S.A.',
    tradeName: 'Sintética',
    mainAddress: 'Quito',
    establishmentAddress: 'Cuenca',
    specialTaxpayer: '5368',
    keepsAccounts: true,
    withholdingAgent: '1',
    isRimpe: true,
    softwareProvider: '1790016919001',
  },
  ...{
    environment: 'TEST',
    establishment: '001',
    emissionPoint: '001',
    sequence: 123,
    accessKey,
    issuedOn: '2026-11-21',
  },
  buyer: { idType: 'CEDULA', id: '1700000019', name: 'Persona Sintetica' },
  lines: [
    line('P-001', ['3', '19.99', '8.70', '51.27'], '15', '7.69'),
    line('P-002', ['1.5', '7.333333', '0.55', '10.45'], '15', '1.57'),
    line('P-003', ['10', '0.85', '1.59', '6.91'], '0', '0.00'),
  ],
  total: usd('77.89'),
  payments: [{ method: 'BANK', amount: usd('77.89'), days: 30 }],
};
const ride = rideOf(invoice, '21/11/2026 10:00:05');
const pairs = (facts: Ride['totals']) => facts.map(({ label, value }) => `${label} ${value}`);

describe('the paper of an electronic document', () => {
  it('says who issues, with what the law wants to read of them', () => {
    expect([ride.title, ride.ruc, ride.number]).toEqual(['FACTURA', '1799000012001', '001-001-000000123']);
    expect(pairs(ride.issuer.facts)).toEqual([
      'Nombre comercial Sintética',
      'Dirección matriz Quito',
      'Dirección sucursal Cuenca',
      'Contribuyente especial Nro. 5368',
      'OBLIGADO A LLEVAR CONTABILIDAD SI',
    ]);
    expect(ride.issuer.legends).toEqual(['Agente de Retención Resolución No. 1', 'CONTRIBUYENTE RÉGIMEN RIMPE']);
    expect(pairs(ride.document)).toEqual([
      `NÚMERO DE AUTORIZACIÓN ${accessKey}`,
      'FECHA Y HORA DE AUTORIZACIÓN 21/11/2026 10:00:05',
      'AMBIENTE PRUEBAS',
      'EMISIÓN NORMAL',
    ]);
    expect(pairs(ride.notes)).toEqual(['RUC Proveedor 1790016919001']);
  });

  it('adds up as the SRI orders it, rates as the lines have them', () => {
    expect(pairs(ride.totals)).toEqual([
      'SUBTOTAL 15% 61.72',
      'SUBTOTAL IVA 0% 6.91',
      'SUBTOTAL NO OBJETO IVA 0.00',
      'SUBTOTAL EXENTO IVA 0.00',
      'SUBTOTAL SIN IMPUESTOS 68.63',
      'DESCUENTO 10.84',
      'ICE 0.00',
      'IVA 15% 9.26',
      'IRBPNR 0.00',
      'PROPINA 0.00',
      'VALOR TOTAL 77.89',
    ]);
    expect(ride.payments).toEqual([['20 - Otros con utilización del sistema financiero', '77.89', '30', 'días']]);
  });

  it('of a credit note names what it changes, and has no tip', () => {
    const { payments: _payments, ...sold } = invoice;
    const of = { number: '001-001-000000100', issuedOn: '2026-11-20' };
    const note = rideOf({ ...sold, kind: 'CREDIT_NOTE', reason: 'Devolución', of }, '');
    expect(pairs(note.parties)).toContain('Comprobante que se modifica FACTURA 001-001-000000100');
    expect(pairs(note.parties)).toContain('Razón de Modificación Devolución');
    expect(note.totals.some(({ label }) => label === 'PROPINA')).toBe(false);
  });

  it('is a PDF, the same bytes for the same document, over as many pages as it takes', async () => {
    const head = { name: 'E', primary: '#1f4b99', accent: '#1f4b99' };
    const made = await ridePdf(ride, head, '2026-11-21T15:00:05.000Z');
    expect(Buffer.from(made).subarray(0, 5).toString()).toBe('%PDF-');
    expect(Buffer.compare(made, await ridePdf(ride, head, '2026-11-21T15:00:05.000Z'))).toBe(0);
    const long = { ...ride, rows: Array.from({ length: 40 }, () => ride.rows[0] ?? []) };
    const pages = Buffer.from(await ridePdf(long, head, '2026-11-21T15:00:05.000Z')).toString('latin1');
    expect(pages.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1);
  });
});
