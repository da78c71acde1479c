// A customer, a quote to be signed, and what a browser does on the pages of signatures.
import type { AnyRow, PageAnswer } from '#kernel';
import { linkTo, runPage } from '#kernel/run-page';
import { codePurpose, oneTimeCode } from '#modules/platform/links';
import { Mail } from '#modules/platform/mail-out';
import { Signature, type SignatureRow } from '#modules/platform/signing';
import type { Domain } from './domain.ts';

/** A quote, as far as its signature goes. */
export type SignedQuote = AnyRow & { readonly status: string; readonly pdf?: string; readonly pdfSha256?: string };

/** What a page answered. */
export type Shown = PageAnswer & { readonly text: string };

type Form = Readonly<Record<string, string>>;

/** Who signs, and how. */
export const signedForm = { action: 'sign', name: 'Ana Vera', consent: 'yes' };

/** A desk in a domain, which is asked for at each call, since tests start it later. */
export const openDesk = (domain: () => Domain) => {
  const ids = { account: '', contact: '' };
  const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
    domain().run<Result>(operation, input);
  const mails = async (template: string) =>
    (await domain().reader().trusted(Mail).page('all', { first: 100 })).rows.filter(
      (mail) => mail.template === template,
    );
  const follow = async (url: string, body?: string, query: Form = {}, more: Form = {}): Promise<Shown> => {
    const [, , purpose = '', token = ''] = new URL(url).pathname.split('/');
    const answer = await runPage(domain().runtime, purpose, token, {
      ...{ method: body === undefined ? 'GET' : 'POST', path: '', query, body: body ?? '', ip: '10.1.2.3' },
      headers: { 'user-agent': 'Mozilla/5.0 (Test)', 'x-forwarded-for': '203.0.113.9, 10.1.2.3', ...more },
    });
    return { ...answer, text: String(answer.body) };
  };
  return {
    ids,
    run,
    mails,
    /** Opens the page of a link as a browser does. */
    follow,
    /** Makes a customer with a contact. */
    settleIn: async () => {
      ids.account = (await run('createAccount', { name: 'Customer' })).id;
      const contact = { firstName: 'Ana', lastName: 'Vera', account: ids.account, email: 'ana@example.com' };
      ids.contact = (await run('createContact', contact)).id;
    },
    quoteNow: async (id: string) => (await domain().reader().records([id])).get(id) as SignedQuote,
    now: (id: string) => domain().reader().trusted(Signature).get(id),
    /** Makes a quote and sends it. */
    send: async (more: object = {}, validUntil = '2026-12-31', values: object = {}): Promise<SignedQuote> => {
      const lines = [{ description: 'Work', unitPrice: '100', quantity: '1', taxCategory: 'ZERO' }];
      const asked = { ...ids, subject: 'Works', validUntil, locale: 'en', lines, ...values };
      const quote = await run('createQuote', asked);
      return run<SignedQuote>('sendQuote', { id: quote.id, version: quote.version, ...more });
    },
    signatureOf: async ({ id }: AnyRow): Promise<SignatureRow> => {
      const { rows } = await domain().reader().trusted(Signature).page('byRecord', { of: id, first: 10 });
      return rows[0] as SignatureRow;
    },
    /** Opens the signer's page, or sends one of its forms. */
    visit: async ({ id, linkRound }: SignatureRow, form?: Form, query: Form = {}): Promise<Shown> => {
      const link = { purpose: 'sign', record: id, until: '2027-01-01T05:00:00.000Z', nonce: String(linkRound) };
      return follow(await linkTo(domain().reader(), link), form && new URLSearchParams(form).toString(), query);
    },
    /** The code in the latest mail. */
    codeFor: async (): Promise<string> => {
      const links = (await mails('signature-code')).flatMap((mail) => mail.links);
      return oneTimeCode(domain().reader(), links.findLast(({ purpose }) => purpose === codePurpose) ?? { record: '' });
    },
    check: ({ id }: SignatureRow, sha256: string) =>
      run<Readonly<Record<string, unknown>>>('verifySignature', { id, sha256 }),
  };
};
