import { describe, expect, it, jest } from '@jest/globals';
import { fileKey } from '#modules/platform/files';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { person } from '#test/support/parties';
import { usd, withReceivables } from '#test/support/receivables';
import { BankLine, type BankLineRow, type BankStatementRow } from './bank-statement.entity.ts';

const tenanted = withTenantTable();
const receivables = withReceivables(tenanted);
const { run, invoiced, balances } = receivables;
const domain = () => receivables.domain();
const csv = (...rows: readonly string[]) => ['Fecha;Concepto;Ordenante;Documento;Monto', ...rows].join('\n');

/** A file of the tenant, uploaded. */
const uploaded = async (text: string): Promise<string> => {
  const body = Buffer.from(text);
  const upload = { name: 'bank.csv', contentType: 'text/csv', size: body.length };
  const { file } = await run<{ file: { id: string } }>('startUpload', upload);
  await domain().runtime.ports.files.put(fileKey(tenanted.tenant, file.id), body, 'text/csv');
  await run('finishUpload', { id: file.id });
  return file.id;
};
const taken = async (text: string, more: object = { bankAccount: 'EC-1' }): Promise<BankStatementRow> => {
  const statement = await run<BankStatementRow>('takeBankStatement', { file: await uploaded(text), ...more });
  await domain().settle();
  await workOff(domain());
  await domain().settle();
  return statement;
};
const lines = async (status = 'OPEN') =>
  (await domain().reader().trusted(BankLine).page('byStatus', { of: status })).rows;
const confirm = ({ id, version }: BankLineRow, more: object = {}) =>
  run<BankLineRow>('confirmBankLine', { id, version, ...more });

describe('a file of a bank', () => {
  it('becomes lines with proposals; confirmed by a person they are payments, and the payer is known from then on', async () => {
    const [one, two] = [await invoiced('100', '2026-10-01'), await invoiced('60', '2026-11-01')];
    await domain().settle();
    const statement = await taken(
      csv(
        `10/11/2026;Factura ${(one.number ?? '').replaceAll('-', '')};MOLINOS SA;1;40,00`,
        '11/11/2026;gracias;MOLINOS SA;2;60,00',
        '12/11/2026;comisión;;3;-2,50',
        '13/11/2026;?;molinos;4;5,00',
      ),
    );
    expect(statement).toMatchObject({ format: 'CSV', entries: 3, others: 1, bankAccount: 'EC-1' });
    const [first, second, third] = await lines();
    expect(first).toMatchObject({
      ...{ account: receivables.account(), rule: 'REFERENCE', amount: usd('40'), bookedOn: '2026-11-10' },
      proposal: [{ invoice: one.id, number: one.number, amount: usd('40') }],
    });
    expect(second).not.toHaveProperty('account');
    // The name of the payer is that of the account, but for its capitals.
    expect(third).toMatchObject({ account: receivables.account(), rule: 'OLDEST_FIRST' });
    if (!first || !second || !third) throw new Error('Three lines were expected.');
    expect(await confirm(first)).toMatchObject({ status: 'CONFIRMED', payment: expect.any(String) as unknown });
    expect(await failure(confirm(first))).toBe('STALE_VERSION');
    expect(await failure(confirm(second))).toBe('NO_ACCOUNT');
    await confirm(second, { account: receivables.account() });
    expect(await balances(one, two)).toEqual(['0.00', '60.00']);
    await run('ignoreBankLine', { id: third.id, version: third.version, reason: 'Interest' });
    expect(await lines()).toEqual([]);
    await domain().settle();
    await taken(csv('15/11/2026;otra;Molinos s.a.;9;60,00'));
    expect(await lines()).toEqual([
      expect.objectContaining({
        ...{ account: receivables.account(), rule: 'AMOUNT' },
        proposal: [{ invoice: two.id, number: two.number, amount: usd('60') }],
      }),
    ]);
  });

  it('is read once for hundreds of entries, not anew for each few', async () => {
    const { files } = domain().runtime.ports;
    const reads = jest.spyOn(files, 'get');
    const rows = Array.from({ length: 60 }, (_none, nth) => `10/11/2026;a;X;${String(nth)};5,00`);
    expect(await taken(csv(...rows))).toMatchObject({ entries: 60 });
    // When it is taken in, and for its entries.
    expect(reads).toHaveBeenCalledTimes(2);
    reads.mockRestore();
  });

  it('is taken once, and an entry that two files tell of is one line', async () => {
    const rows = ['10/11/2026;a;X;1;5,00', '10/11/2026;b;Y;2;6,00'];
    const first = await taken(csv(...rows));
    expect((await taken(csv(...rows))).id).toBe(first.id);
    expect(await lines()).toHaveLength(2);
    const next = await taken(csv(...rows, '11/11/2026;c;Z;3;7,00'));
    expect(next.id).not.toBe(first.id);
    expect(await lines()).toHaveLength(3);
    expect(await failure(taken('no table'))).toBe('FILE_MALFORMED');
    expect(await failure(taken(csv('x;a;X;1;5,00')))).toBe('FILE_MALFORMED');
    expect(await failure(taken(csv('10/11/2026;a;X;1;9,00'), {}))).toBe('BAD_INPUT');
    expect(await failure(domain().run('takeBankStatement', { file: 'fil_0' }, person(domain(), 'usr_x')))).toBe(
      'FORBIDDEN',
    );
  });
});

describe('a statement of account', () => {
  it('lists what happened with the balance after each, in the end what ageing says, and goes out by mail', async () => {
    const { paid, ageingOn } = receivables;
    await invoiced('100', '2026-10-01');
    const one = await invoiced('60', '2026-11-01', 10);
    await domain().settle();
    const bounced = await paid('30', { receivedOn: '2026-11-05' });
    await run('reversePayment', { id: bounced.id, version: bounced.version, reason: 'No funds', on: '2026-11-08' });
    await domain().settle();
    await paid('200', { receivedOn: '2026-11-10' });
    await domain().settle();
    const period = { account: receivables.account(), from: '2026-11-01' };
    const { statements, ageing } = await run<{
      statements: readonly { entries: readonly Readonly<Record<string, unknown>>[] }[];
      ageing: readonly object[];
    }>('accountStatement', period);
    expect(statements).toMatchObject([{ opening: usd('100'), closing: usd('-40') }]);
    expect(statements[0]?.entries.map(({ kind, amount, balance }) => [kind, amount, balance])).toEqual([
      ['INVOICE', usd('60'), usd('160')],
      ['PAYMENT', usd('-30'), usd('130')],
      ['REVERSAL', usd('30'), usd('160')],
      ['PAYMENT', usd('-200'), usd('-40')],
    ]);
    expect(statements[0]?.entries[0]).toMatchObject({ number: one.number, dueOn: '2026-11-11' });
    expect(ageing).toMatchObject([{ total: usd('0'), unapplied: usd('40') }]);
    expect(await ageingOn('2026-11-09')).toEqual([
      { notDue: '60.00', days1to30: '100.00', total: '160.00', overdue: '100.00' },
    ]);
    const { mail } = await run<{ mail: Readonly<Record<string, unknown>> }>('sendAccountStatement', period);
    expect(mail).toMatchObject({ to: ['molinos@example.com'], template: 'account-statement' });
    expect(await failure(run('accountStatement', { ...period, to: '2026-10-31' }))).toBe('BAD_INPUT');
  });
});
