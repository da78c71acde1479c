import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError, inputFieldsOf, type AnyField, type AnyOperation } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { billing } from '#test/support/billing';
import { line } from '#test/support/invoice-lines';
import { valueOf } from '../../../../test/conformance/samples.ts';
import { CreditNote, Invoice, type CreditNoteRow, type InvoiceRow } from './index.ts';

const { start, run, issued, account, domain } = billing();
beforeEach(start);

const refersTo = (field: AnyField, name: string): boolean =>
  field.shape.kind === 'ref' && (field.shape.to === name || field.shape.to === '*');

/** Every mutation of the product that can be told of such a record. */
const doorsTo = (name: string): readonly AnyOperation[] =>
  [...domain().registry.operations.values()].filter(
    (operation) =>
      operation.kind === 'mutation' && Object.values(inputFieldsOf(operation)).some((field) => refersTo(field, name)),
  );

/** What a mutation is given: the record wherever one fits, something plausible for the rest. */
const inputFor = async (operation: AnyOperation, name: string, row: { id: string; version: number }) => {
  const input: Record<string, unknown> = {};
  for (const [field, declared] of Object.entries(inputFieldsOf(operation))) {
    if (refersTo(declared, name)) input[field] = row.id;
    else if (field === 'version') input[field] = row.version;
    else if (declared.presence === 'required' || ['reason', 'notes', 'lines', 'reference'].includes(field))
      input[field] = await valueOf(declared.shape, field, () => Promise.resolve(account()));
  }
  return input;
};

const proof = (series: string) => run<{ problems: readonly object[] }>('verifyDocuments', { series });

describe('what was issued', () => {
  it('is the same whatever the API is asked to do with it', async () => {
    const invoice = await issued([line('2', '50')]);
    const draft = await run<CreditNoteRow>('createCreditNote', {
      ...{ invoice: invoice.id, type: 'PRICE', reason: 'Agreed' },
      amount: { amount: '10', currency: 'USD' },
    });
    await run('issueCreditNote', { creditNote: draft.id });
    const now = {
      Invoice: (): Promise<InvoiceRow> => domain().reader().data(Invoice).get(invoice.id),
      CreditNote: (): Promise<CreditNoteRow> => domain().reader().data(CreditNote).get(draft.id),
    };
    const seals = async () => [(await now.Invoice()).hash, (await now.CreditNote()).hash];
    const before = await seals();
    let asked = 0;
    for (const name of ['Invoice', 'CreditNote'] as const)
      for (const operation of doorsTo(name)) {
        const input = await inputFor(operation, name, await now[name]());
        await run(operation.name, input).catch((error: unknown) => {
          if (!(error instanceof DomainError)) throw error;
        });
        asked += 1;
      }
    expect(asked).toBeGreaterThan(20);
    expect(await seals()).toEqual(before);
    expect((await proof('invoice/001-001')).problems).toEqual([]);
    expect((await proof('credit-note/001-001')).problems).toEqual([]);
  });

  it('makes who was invoiced a customer', async () => {
    await run('updateAccount', { id: account(), version: 1, kinds: ['PROSPECT'] });
    await issued([line('1', '10')]);
    await domain().settle();
    expect(await domain().reader().data(Account).get(account())).toMatchObject({ lifecycle: 'CUSTOMER' });
  });
});
