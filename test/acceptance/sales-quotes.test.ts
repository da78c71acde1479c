import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';
import { png } from '#test/support/pictures';

type Money = { readonly amount: string };
type Quote = Answered & {
  readonly name: string;
  readonly status: string;
  readonly total: Money;
  readonly revision: number;
};

let cloud: TestCloud;
let seller: Caller;
const { ask, act, idOf, signIn } = openClient(() => cloud);
const ids = { chair: '', account: '', contact: '' };

const fields = 'name status revision total { amount } pdfSha256 lines { pictures { id } }';
const draft = (more: object = {}, caller = seller) =>
  act<Quote>(
    'createQuote',
    {
      account: ids.account,
      contact: ids.contact,
      subject: 'Oficina',
      validUntil: '2099-12-31',
      lines: [{ product: ids.chair, quantity: '2' }],
      ...more,
    },
    fields,
    caller,
  );
const send = (quote: Quote, caller = seller) =>
  act<Quote>('sendQuote', { id: quote.id, version: quote.version }, fields, caller);
const read = async (id: string) =>
  (
    await ask<{ quote: Quote & { readonly viewedAt: string | null; readonly reason: string | null } }>(
      `query($id: ID!) { quote(id: $id) { id version ${fields} viewedAt reason } }`,
      { id },
      seller,
    )
  ).quote;
const linkTo = async (number: string) => {
  await cloud.idle();
  const [mail] = (await cloud.mailbox({ to: 'ana@cliente.test' })).filter(({ subject }) => subject.includes(number));
  return { mail, url: /href="([^"]+\/p\/quote\/[^"]+)"/.exec(mail?.html ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '' };
};

const upload = async (bytes: Buffer): Promise<string> => {
  const announced = { name: 'silla.png', contentType: 'image/png', size: bytes.length };
  const text =
    'mutation($input: StartUploadInput!) { done: startUpload(input: $input) { file { id version } uploadUrl } }';
  const { done } = await ask<{ done: { file: Answered; uploadUrl: string } }>(text, { input: announced }, seller);
  await fetch(done.uploadUrl, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': 'image/png' } });
  await act('finishUpload', { id: done.file.id }, '', seller);
  return done.file.id;
};

beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  ids.chair = (
    await act('createProduct', { sku: 'SILLA', name: 'Silla', listPrice: { amount: '100', currency: 'USD' } })
  ).id;
  ids.account = (await act('createAccount', { name: 'Cliente S.A.' }, '', seller)).id;
  ids.contact = (
    await act(
      'createContact',
      { firstName: 'Ana', lastName: 'Vera', account: ids.account, email: 'ana@cliente.test', language: 'es' },
      '',
      seller,
    )
  ).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('quotes', () => {
  it('QUO-01 are made of products, prices and contacts; a repeated call makes no second one', async () => {
    const again = { idempotencyKey: 'quote-1' };
    const first = await draft(again);
    expect(first).toMatchObject({ status: 'DRAFT', revision: 1, total: { amount: '230.00' } });
    expect((await draft(again)).id).toBe(first.id);
    const lines = [
      { product: ids.chair, quantity: '1' },
      { description: 'Montaje', quantity: '2', unitPrice: '15', taxCategory: 'ZERO' },
    ];
    const changed = await act<Quote>('updateQuote', { id: first.id, version: first.version, lines }, fields, seller);
    expect(changed.total.amount).toBe('145.00');
    expect(
      await failing(act('updateQuote', { id: first.id, version: first.version, subject: 'X' }, '', seller)),
    ).toContain('STALE_VERSION');
    expect(await failing(draft({ lines: [] }))).toContain('NO_LINES');
    expect(await failing(draft({ lines: [{ product: ids.chair, quantity: '-1' }] }))).toContain('BAD_INPUT');
  });

  it('QUO-03 leave as a PDF with all clauses, by mail with a link that tells when it was opened and takes a refusal', async () => {
    const quote = await draft({
      terms: '50 % de anticipo',
      clauses: ['Precios sin instalación.', 'Garantía de un año.'],
    });
    const sent = await send(quote);
    expect(sent).toMatchObject({ status: 'SENT', pdfSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
    const { mail, url } = await linkTo(sent.name);
    expect(mail?.subject).toBe(`Cotización ${sent.name}: Oficina`);
    const pdf = await fetch(new URL(mail?.attachments[0]?.url ?? '', cloud.ready().mailbox));
    expect(new TextDecoder().decode((await pdf.arrayBuffer()).slice(0, 5))).toBe('%PDF-');

    expect(await (await fetch(url)).text()).toContain('230,00');
    expect(await read(sent.id)).toMatchObject({ status: 'VIEWED', viewedAt: expect.any(String) as unknown });
    const refused = await fetch(url, { method: 'POST', body: new URLSearchParams({ reason: 'Muy caro' }) });
    expect(refused.status).toBe(200);
    expect(await read(sent.id)).toMatchObject({ status: 'REJECTED', reason: 'Muy caro' });
    expect((await fetch(url, { method: 'POST', body: new URLSearchParams({ reason: 'Otra vez' }) })).status).toBe(409);
    const next = await act<Quote>(
      'reviseQuote',
      { id: sent.id, version: (await read(sent.id)).version },
      fields,
      seller,
    );
    expect(next).toMatchObject({ revision: 2, status: 'DRAFT' });
  });

  it('QUO-02 shows own pictures of lines, and else those of the products, in the document and on its page', async () => {
    const [own, products] = [await upload(png(200, 120)), await upload(png(80, 80))];
    const sent = async (line: object) => send(await draft({ lines: [{ product: ids.chair, quantity: '2', ...line }] }));
    const { product } = await ask<{ product: Answered }>('query($id: ID!) { product(id: $id) { id version } }', {
      id: ids.chair,
    });
    await act('updateProduct', { id: ids.chair, version: product.version, pictures: [products] });
    const plain = await sent({ pictures: [] });
    const quote = await sent({ pictures: [own, products] });
    const other = await sent({});
    expect(quote['lines']).toEqual([{ pictures: [{ id: own }, { id: products }] }]);
    const shownIn = async (of: Quote) => {
      const { url } = await linkTo(of.name);
      const page = await (await fetch(url)).text();
      const pdf = await fetch(`${url}?document=1`);
      const text = Buffer.from(await pdf.arrayBuffer()).toString('latin1');
      return [page.match(/<img /g)?.length ?? 0, text.match(/\/Subtype \/Image/g)?.length ?? 0];
    };
    expect(await shownIn(plain)).toEqual([0, 0]);
    // A PNG with transparency is two images in a PDF: its colours and how much of them is seen.
    expect(await shownIn(quote)).toEqual([2, 4]);
    expect(await shownIn(other)).toEqual([1, 2]);
  });

  it('QUO-01 wait for approvers when more is given away than their sender may', async () => {
    const boss = await idOf(await signIn('manager'));
    await act('createQuoteLimit', { name: 'Sellers', role: 'seller', mostDiscount: '10' });
    const steps = [{ by: 'PERSON', user: boss }];
    await act('createApprovalPolicy', { name: 'Limits', kind: 'quote.limit', steps });
    expect((await send(await draft({ headerDiscounts: [{ percent: '10' }] }))).status).toBe('SENT');
    const wide = await send(await draft({ headerDiscounts: [{ percent: '12' }] }));
    expect(wide.status).toBe('PENDING_APPROVAL');
    expect(await failing(send(wide))).toContain('INVALID_STATE');
    await cloud.idle();
    const { approvalsToDecide } = await ask<{ approvalsToDecide: { approvals: readonly Answered[] } }>(
      '{ approvalsToDecide { approvals { id version } } }',
      {},
      await signIn('manager'),
    );
    await act('approve', { id: approvalsToDecide.approvals[0]?.id }, '', await signIn('manager'));
    await cloud.idle();
    const approved = await read(wide.id);
    expect(approved.status).toBe('APPROVED');
    expect((await send(approved)).status).toBe('SENT');
  });

  it('OPP-07 one call makes the quote of an opportunity; accepted, it wins it', async () => {
    const products = [{ product: ids.chair, quantity: '3' }];
    const opportunity = await act(
      'createOpportunity',
      { name: 'Sillas', account: ids.account, contact: ids.contact, products },
      '',
      seller,
    );
    const { done } = await ask<{ done: { quote: Quote } }>(
      `mutation($input: CreateQuoteFromOpportunityInput!) { done: createQuoteFromOpportunity(input: $input) { quote { id version ${fields} } userErrors { code } } }`,
      { input: { opportunity: opportunity.id } },
      seller,
    );
    expect(done.quote.total.amount).toBe('345.00');
    const sent = await send(done.quote);
    await act('acceptQuote', { id: sent.id, version: sent.version, by: 'Ana Vera' }, '', seller);
    await cloud.idle();
    const won = await ask<{ opportunity: object }>(
      'query($id: ID!) { opportunity(id: $id) { stageKind amount { amount } } }',
      { id: opportunity.id },
      seller,
    );
    expect(won.opportunity).toEqual({ stageKind: 'WON', amount: { amount: '345.00' } });
  });

  it('QUO-01 belong to who makes them, and to no other tenant', async () => {
    const quote = await draft();
    const support = await signIn('support');
    expect(await failing(send(quote, support))).toContain('FORBIDDEN');
    const olga = await startOtherTenant(cloud);
    expect(await failing(send(quote, olga))).toContain('NOT_FOUND');
    const { quotes } = await ask<{ quotes: { nodes: readonly object[] } }>('{ quotes { nodes { id } } }', {}, olga);
    expect(quotes.nodes).toEqual([]);
  });
});
