import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

const ask = async <Data>(query: string, input: object): Promise<Data> => {
  const answer = await cloud.graphql<Data>(query, { input });
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
};
const hasPoppler = spawnSync('pdftotext', ['-v']).error === undefined;
/** Without poppler the file itself is all that can be looked at. */
const textOf = (bytes: Buffer): string =>
  hasPoppler ? execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' }) : '';

type Made = { readonly createAccount: { readonly account: { readonly id: string } } };
type Summed = { readonly createRecordSummary: { readonly url: string; readonly userErrors: readonly unknown[] } };

describe('documents', () => {
  it('ENT-05 an account is summed up on paper, with its contacts', async () => {
    const made = await ask<Made>(
      'mutation Make($input: CreateAccountInput!) { createAccount(input: $input) { account { id } userErrors { code message } } }',
      { name: 'Clínica Íñiguez', zone: 'Guayas', creditLimit: { amount: '5000', currency: 'USD' } },
    );
    const account = made.createAccount.account.id;
    await ask(
      'mutation Make($input: CreateContactInput!) { createContact(input: $input) { userErrors { code message } } }',
      { firstName: 'Begoña', lastName: 'Muñoz', jobTitle: 'Jefa de compras', account },
    );
    await cloud.idle();
    const { createRecordSummary: summary } = await ask<Summed>(
      'mutation Sum($input: CreateRecordSummaryInput!) { createRecordSummary(input: $input) { url userErrors { code message } } }',
      { record: account, locale: 'es' },
    );
    expect(summary.userErrors).toEqual([]);
    const answer = await fetch(summary.url);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const words = [
      'Clínica Íñiguez',
      'Límite de crédito',
      '$5.000,00',
      'Begoña Muñoz',
      'Jefa de compras',
      'Página 1 de 1',
    ];
    expect(words.filter((word) => hasPoppler && !textOf(bytes).includes(word))).toEqual([]);
  });
});
