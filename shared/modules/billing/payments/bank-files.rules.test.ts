import { describe, expect, it } from '@jest/globals';
import { readBankTable } from './bank-csv.rules.ts';
import { entryKeys } from './bank-entry.rules.ts';
import { isCamt, readCamt } from './camt.rules.ts';

const entry = (body: string) => `<Ntry>${body}</Ntry>`;
const camt = (...entries: readonly string[]) => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>ES9121000418450200051332</IBAN></Id></Acct>${entries.join('')}</Stmt></BkToCstmrStmt></Document>`;
const head = (amount: string, sign = 'CRDT') =>
  `<Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>`;

describe('files of banks', () => {
  it('camt.053: what came in, with payer and reference; a collective entry by its transactions', () => {
    const text = camt(
      entry(
        `${head('115.00')}<AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Molinos &amp; Cía</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Factura 001-001-000000012</Ustrd></RmtInf></TxDtls></NtryDtls>`,
      ),
      entry(
        `${head('30.00')}<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">10.00</Amt></TxAmt></AmtDtls><Refs><AcctSvcrRef>B-2</AcctSvcrRef></Refs></TxDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls><Refs><AcctSvcrRef>B-3</AcctSvcrRef></Refs></TxDtls></NtryDtls>`,
      ),
      entry(head('7.50', 'DBIT')),
      entry(head('9.00').replace('BOOK', 'PDNG')),
    );
    expect(isCamt(text)).toBe(true);
    expect(readCamt(text)).toEqual({
      bankAccount: 'ES9121000418450200051332',
      others: 2,
      entries: [
        {
          bookedOn: '2026-11-20',
          amount: '115.00',
          currency: 'EUR',
          payer: 'Molinos & Cía',
          reference: 'Factura 001-001-000000012',
          bankReference: 'B-1',
        },
        { bookedOn: '2026-11-20', amount: '10.00', currency: 'EUR', reference: '', bankReference: 'B-2' },
        { bookedOn: '2026-11-20', amount: '20.00', currency: 'EUR', reference: '', bankReference: 'B-3' },
      ],
    });
  });

  it('tables: columns by their usual names or as they are told; what went out does not count', () => {
    const columns = ['Fecha', 'Concepto', 'Documento', 'Monto'];
    const rows = [
      ['20/11/2026', 'Pago 12', '991', '1.234,50'],
      ['21/11/2026', 'Comisión', '992', '-3,00'],
      ['', '', '', ''],
    ];
    expect(readBankTable(columns, rows, {}, 'USD')).toEqual({
      others: 1,
      entries: [
        { bookedOn: '2026-11-20', amount: '1234.50', currency: 'USD', reference: 'Pago 12', bankReference: '991' },
      ],
    });
    const told = { date: 'Día', amount: 'Suma' };
    const other = readBankTable(['Día', 'Suma'], [['2026-11-20', '5']], told, 'USD');
    expect(other.entries).toEqual([{ bookedOn: '2026-11-20', amount: '5', currency: 'USD', reference: '' }]);
    expect(() => readBankTable(['A', 'B'], [], {}, 'USD')).toThrow('Say which column is the date');
    expect(() => readBankTable(columns, [['mañana', '', '', '1']], {}, 'USD')).toThrow('Row 1');
    expect(() => readCamt(camt(entry(head('x'))))).toThrow('An entry lacks');
  });

  it('entries are told apart across files: twice the same in one file are two, in two files one', () => {
    const one = { bookedOn: '2026-11-20', amount: '5', currency: 'USD', reference: 'cash' };
    const first = entryKeys('ES91', [one, one]);
    expect(new Set(first).size).toBe(2);
    expect(entryKeys('ES91', [one, one, { ...one, amount: '6' }]).slice(0, 2)).toEqual(first);
    expect(entryKeys('ES92', [one])[0]).not.toBe(first[0]);
  });
});
