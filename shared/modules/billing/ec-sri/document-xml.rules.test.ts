import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fromDecimal } from '#kernel';
import { has, judge, sharedFile } from '#test/support/judges';
import { documentXml } from './document-xml.rules.ts';
import type { ElectronicCreditNote, ElectronicInvoice, ElectronicWaybill } from './sri-document.rules.ts';
import { plainLine } from './xml-parts.rules.ts';

const usd = (amount: string) => fromDecimal(amount, 'USD');
const vat = (rateCode: string, rate: string, base: string, amount: string) => ({
  code: '2',
  rateCode,
  rate,
  base: usd(base),
  amount: usd(amount),
});
const heading = {
  issuer: {
    ruc: '1799000012001',
    legalName: 'EMPRESA SINTETICA S.A.',
    mainAddress: 'Quito, Calle Uno 1',
    keepsAccounts: true,
    softwareProvider: '1799000012001',
  },
  environment: 'TEST',
  establishment: '001',
  emissionPoint: '001',
  sequence: 123,
  accessKey: '2111202601179900001200110010010000001231234567815',
  issuedOn: '2026-11-21',
} as const;
const buyer = { idType: 'CEDULA', id: '1700000019', name: 'Persona Sintetica' } as const;

const invoice: ElectronicInvoice = {
  ...heading,
  kind: 'INVOICE',
  buyer,
  total: usd('77.89'),
  payments: [{ method: 'BANK', amount: usd('77.89'), days: 30 }],
  lines: [
    {
      code: 'P-001',
      description: 'Producto uno',
      quantity: '3',
      unitPrice: '19.99',
      discount: usd('8.70'),
      base: usd('51.27'),
      taxes: [vat('4', '15', '51.27', '7.69')],
    },
    {
      code: 'P-002',
      description: 'Producto dos',
      quantity: '1.5',
      unitPrice: '7.333333',
      discount: usd('0.55'),
      base: usd('10.45'),
      taxes: [vat('4', '15', '10.45', '1.57')],
    },
    {
      code: 'P-003',
      description: 'Producto tres',
      quantity: '10',
      unitPrice: '0.85',
      discount: usd('1.59'),
      base: usd('6.91'),
      taxes: [vat('0', '0', '6.91', '0.00')],
    },
  ],
};
const [first] = invoice.lines;
const note: ElectronicCreditNote = {
  ...heading,
  kind: 'CREDIT_NOTE',
  buyer,
  lines: first ? [{ ...first, details: [{ name: 'Lote', value: 'A "1" <&> 2' }] }] : [],
  total: usd('58.96'),
  reason: 'Devolución\nde mercadería & otros',
  of: { number: '001-001-000000100', issuedOn: '2026-11-20' },
};
const waybill: ElectronicWaybill = {
  ...heading,
  kind: 'WAYBILL',
  from: 'Quito, Bodega Norte',
  carrier: { idType: 'RUC', id: '1790016919001', name: 'Transportes Ñandú' },
  plate: 'PBA1234',
  startsOn: '2026-11-21',
  endsOn: '2026-11-22',
  receivers: [
    {
      id: '1700000019',
      name: 'Persona Sintetica',
      address: 'Cuenca',
      reason: 'Venta',
      of: { number: '001-001-000000123', accessKey: heading.accessKey, issuedOn: '2026-11-21' },
      lines: [{ code: 'P-001', description: 'Producto uno', quantity: '3' }],
    },
  ],
};

const worked = sharedFile('sri/worked-factura.unsigned.xml');
(worked ? describe : describe.skip)('an electronic invoice (needs LAZO_SHARED)', () => {
  it('is the worked document of domain 2.5, byte by byte', () => {
    expect(documentXml(invoice)).toBe(readFileSync(worked ?? '', 'utf8').trimEnd());
  });
});

const schemas = [
  ['an invoice', invoice, 'factura_V1.1.0.xsd'],
  ['a credit note', note, 'NotaCredito_V1.1.0.xsd'],
  ['a waybill', waybill, 'GuiaRemision_V1.1.0.xsd'],
] as const;
const mayJudge = has('xmllint') && sharedFile('sri/xsd/factura_V1.1.0.xsd') !== undefined;

(mayJudge ? describe : describe.skip)('the schemas of the SRI (need xmllint and LAZO_SHARED)', () => {
  it.each(schemas)('take %s', (_, document, schema) => {
    const args = ['--nonet', '--noout', '--schema', sharedFile(`sri/xsd/${schema}`) ?? '', '{}'];
    expect(judge('xmllint', args, documentXml(document))).toMatchObject({ ok: true });
  });

  it('refuse an invoice with a negative amount, so the test can tell', () => {
    const wrong = { ...invoice, total: usd('-1.00') };
    const args = ['--nonet', '--noout', '--schema', sharedFile('sri/xsd/factura_V1.1.0.xsd') ?? '', '{}'];
    expect(judge('xmllint', args, documentXml(wrong)).ok).toBe(false);
  });
});

describe('text for the SRI', () => {
  it('is on one line, without signs that XML lacks, no longer than there is room', () => {
    expect(plainLine(' uno\n dos\u0000\u0007 tres ')).toBe('uno dos tres');
    expect(plainLine('ñ'.repeat(400))).toHaveLength(300);
    expect(documentXml(note)).toContain('A &quot;1&quot; &lt;&amp;> 2');
  });
});
