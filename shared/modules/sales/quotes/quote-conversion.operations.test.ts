import { beforeEach, describe, expect, it } from '@jest/globals';
import { list, module, mutation, object, optional, ref, text, type AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { noteConverted, Quote, remainingLines, type QuoteRow } from './index.ts';

/** What an order does as it is made of a quote. */
const convert = mutation('convertForTests', {
  describes: 'Notes a conversion, for tests.',
  needs: 'quote.test',
  input: {
    id: ref('Quote', { describes: 'Of which one.' }),
    lines: optional(list(object('ConvertedForTests', { key: text(), quantity: text() }), { describes: 'Of what.' })),
  },
  returns: Quote,
  run: ({ id, lines }, context) => noteConverted(context, id, lines),
});
const modules = [...partyModules, module('sales/quote-tests', { operations: [convert] })];

const tenanted = withTenantTable();
let domain: Domain;
const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input);
const left = (quote: QuoteRow) => remainingLines(quote).map(({ line, remaining }) => [line.key, remaining]);
const statusOf = async ({ id }: QuoteRow) => (await domain.reader().data(Quote).get(id)).status;
const work = (quantity: string, more: object = {}) => ({
  ...{ description: 'Work', unitPrice: '100', taxCategory: 'ZERO', quantity },
  ...more,
});

const accepted = async (): Promise<QuoteRow> => {
  const account = (await run('createAccount', { name: 'Customer' })).id;
  const person = { firstName: 'Ana', lastName: 'Vera', account, email: 'ana@example.com' };
  const contact = (await run('createContact', person)).id;
  const lines = [work('5'), work('2.5'), work('1', { isOptional: true })];
  const values = { account, contact, subject: 'Works', validUntil: '2026-12-31', lines };
  const quote = await run<QuoteRow>('createQuote', values);
  expect(await failure(run('convertForTests', { id: quote.id }))).toBe('INVALID_STATE');
  const sent = await run<QuoteRow>('sendQuote', { id: quote.id, version: quote.version, signature: 'NONE' });
  return run<QuoteRow>('acceptQuote', { id: sent.id, version: sent.version, by: 'Ana' });
};

beforeEach(() => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
});

describe('an accepted quote', () => {
  it('is converted as a whole: what the customer chose, once', async () => {
    const quote = await accepted();
    expect(left(quote)).toEqual([
      ['1', '5'],
      ['2', '2.5'],
    ]);
    const converted = await run<QuoteRow>('convertForTests', { id: quote.id });
    expect([converted.status, left(converted)]).toEqual(['CONVERTED', []]);
    expect(await failure(run('convertForTests', { id: quote.id }))).toBe('NO_LINES');
  });

  it('is converted in parts, and never more of a line than was accepted', async () => {
    const { id, ...quote } = await accepted();
    const part = (key: string, quantity: string) =>
      run<QuoteRow>('convertForTests', { id, lines: [{ key, quantity }] });
    expect(left(await part('1', '3'))).toEqual([
      ['1', '2'],
      ['2', '2.5'],
    ]);
    expect(await failure(part('1', '2.01'))).toBe('OVER_CONVERTED');
    expect(await failure(part('3', '1'))).toBe('LINE_NOT_FOUND');
    const twice = [1, 2].map(() => ({ key: '2', quantity: '2' }));
    expect(await failure(run('convertForTests', { id, lines: twice }))).toBe('OVER_CONVERTED');
    expect(left(await part('1', '2'))).toEqual([['2', '2.5']]);
    expect(await statusOf({ id, ...quote })).toBe('CONVERTED');
    const both = await Promise.allSettled([part('2', '2'), part('2', '2')]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
