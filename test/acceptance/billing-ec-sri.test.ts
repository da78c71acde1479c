import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testCertificate } from '#test/support/certificates';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { has } from '#test/support/judges';
import { assertJudged } from '#test/support/judged-xml';
import { startOtherTenant } from '#test/support/other-tenant';

type Electronic = Answered & {
  readonly status: string;
  readonly number: string;
  readonly accessKey: string;
  readonly messages: readonly { readonly code: string }[];
  readonly xml: { readonly id: string } | null;
  readonly xmlSha256: string | null;
  readonly ride: { readonly id: string } | null;
  readonly authorization: { readonly id: string } | null;
};

let cloud: TestCloud;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { account: '', issuer: '' };
const day = new Date().toISOString().slice(0, 10);
const certificate = testCertificate({ from: new Date(Date.now() - 86_400_000) });
const file = Buffer.from(certificate.file).toString('base64');
const taxpayer = { ruc: '1799000012001', legalName: 'EMPRESA SINTETICA S.A.', mainAddress: 'Quito, Calle Uno 1' };

const fields = 'status number accessKey messages { code } xml { id } xmlSha256 ride { id } authorization { id }';
const electronicOf = async (type: string, id: string, caller?: Caller): Promise<Electronic> => {
  const text = `query($id: ID!) { node(id: $id) { ... on ${type} { electronicDocuments(first: 1) { edges { node { id version ${fields} } } } } } }`;
  type Found = { node: { electronicDocuments: { edges: readonly { node: Electronic }[] } } };
  const [edge] = (await ask<Found>(text, { id }, caller)).node.electronicDocuments.edges;
  if (!edge) throw new Error(`${id} has no electronic document.`);
  return edge.node;
};
const line = { description: 'Servicio & soporte', quantity: '3', unitPrice: '19.99', taxCategory: 'STANDARD' };
const invoice = async () => {
  const draft = await act('createInvoice', { account: ids.account, lines: [line] }, '', seller);
  return act('issueInvoice', { invoice: draft.id }, 'number total { amount }', seller);
};
const steer = (scripts: object) => cloud.admin('POST /sri', scripts);
const taken = async () =>
  (await cloud.admin('GET /sri')) as readonly { readonly key: string; readonly times: number }[];
const mailsOf = async (number: string) =>
  (await cloud.mailbox({ to: 'pagos@cliente.test' })).filter(({ subject }) => subject.includes(number));
/** What the queue was told is done, and what was told of it. */
const settle = async (seconds: number) => {
  await cloud.idle();
  await cloud.advance(seconds);
  await cloud.idle();
};
const download = async (id: string, caller?: Caller): Promise<Buffer> => {
  const { fileUrl } = await ask<{ fileUrl: { url: string } }>(
    'query($id: ID!) { fileUrl(id: $id) { url } }',
    { id },
    caller,
  );
  return Buffer.from(await (await fetch(fileUrl.url)).arrayBuffer());
};
const textIn = (pdf: Uint8Array): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ride-'));
  try {
    writeFileSync(join(folder, 'ride.pdf'), pdf);
    return execFileSync('pdftotext', ['-layout', join(folder, 'ride.pdf'), '-']).toString();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  const account = {
    name: 'Cliente S.A.',
    taxId: '1790016919001',
    email: 'pagos@cliente.test',
    addresses: [{ street: 'Av. Uno', city: 'Cuenca' }],
  };
  ids.account = (await act('createAccount', account, '', seller)).id;
});
afterAll(() => cloud.stop());

describe('electronic invoicing in Ecuador', () => {
  it('INV-10 an issuer gets its certificate, which nobody reads again; until then nothing is electronic', async () => {
    const before = await invoice();
    expect(await failing(electronicOf('Invoice', before.id))).toContain('no electronic document');
    const made = await act('createSriIssuer', taxpayer);
    ids.issuer = made.id;
    const upload = { id: made.id, version: made.version, file, password: certificate.password };
    expect(await failing(act('uploadSriCertificate', upload, '', seller))).toContain('FORBIDDEN');
    expect(await failing(act('uploadSriCertificate', { ...upload, password: 'x' }))).toContain('CERTIFICATE_UNUSABLE');
    const issuer = await act<Answered & { certificate: { validUntil: string; subject: string } }>(
      'uploadSriCertificate',
      upload,
      'certificate { subject validUntil }',
    );
    expect(issuer.certificate.subject).toContain('EMPRESA SINTETICA');
    expect(await failing(act('uploadSriCertificate', upload))).toContain('STALE_VERSION');
    expect(cloud.log().join('\n')).not.toContain(certificate.password);
  });

  it('INV-10 an invoice is signed, authorised and mailed with XML and PDF; judges find it right', async () => {
    const issued = await invoice();
    await settle(10);
    const done = await electronicOf('Invoice', issued.id, seller);
    expect(done).toMatchObject({ status: 'DELIVERED', number: issued['number'], messages: [{ code: '60' }] });
    const xml = (await download(done.xml?.id ?? '', seller)).toString();
    assertJudged(xml, 'factura', 'factura_V1.1.0.xsd');
    expect(xml).toContain('<importeTotal>68.97</importeTotal>');
    const authorised = (await download(done.authorization?.id ?? '', seller)).toString();
    expect(authorised).toContain(`<numeroAutorizacion>${done.accessKey}</numeroAutorizacion>`);
    const [mail, ...others] = await mailsOf(done.number);
    expect(others).toEqual([]);
    expect(mail?.attachments.map(({ type }) => type)).toEqual(['application/xml', 'application/pdf']);
    const ride = await download(done.ride?.id ?? '', seller);
    expect(ride.subarray(0, 5).toString()).toBe('%PDF-');
    if (!has('pdftotext')) return;
    const paper = textIn(ride);
    for (const word of ['FACTURA', taxpayer.ruc, done.number, done.accessKey, 'Cliente S.A.', 'VALOR TOTAL', '68.97'])
      expect(paper).toContain(word);
  });

  it('INV-10 while the SRI is down documents wait, are sent when it is back, and reach the buyer once', async () => {
    await steer({ reception: ['DOWN', 'FAULT', 'HANG_UP', '70'], authorisation: ['EMPTY', 'PENDING'] });
    const issued = await invoice();
    await cloud.idle();
    expect((await electronicOf('Invoice', issued.id)).status).toBe('SIGNED');
    await settle(900);
    const done = await electronicOf('Invoice', issued.id);
    expect(done.status).toBe('DELIVERED');
    expect(await mailsOf(done.number)).toHaveLength(1);
    expect((await taken()).find(({ key }) => key === done.accessKey)).toMatchObject({ times: 2 });
  });

  it('INV-10 what the SRI refuses says why, and goes out again under the same key once its cause is mended', async () => {
    await steer({ reception: ['35'], authorisation: ['39'] });
    const issued = await invoice();
    await settle(10);
    const stopped = await electronicOf('Invoice', issued.id);
    expect(stopped).toMatchObject({ status: 'NEEDS_ATTENTION', messages: [{ code: '35' }] });
    const again = ({ id, version }: Electronic) => ({ id, version });
    expect(await failing(act('resendElectronicDocument', again(stopped), '', seller))).toContain('FORBIDDEN');
    await act('resendElectronicDocument', again(stopped));
    await settle(10);
    const refused = await electronicOf('Invoice', issued.id);
    expect(refused).toMatchObject({ status: 'NOT_AUTHORIZED', messages: [{ code: '39' }] });
    await act('resendElectronicDocument', { ...again(refused), corrections: { buyerName: 'Cliente Corregido' } });
    await settle(10);
    const done = await electronicOf('Invoice', issued.id);
    expect([done.status, done.accessKey]).toEqual(['DELIVERED', stopped.accessKey]);
    expect((await download(done.xml?.id ?? '')).toString()).toContain('Cliente Corregido');
    type Inbox = { inbox: { notifications: { edges: readonly { node: { title: string } }[] } } };
    const titles = '{ inbox { notifications { edges { node { title } } } } }';
    const told = (await ask<Inbox>(titles, {}, await signIn('administrator'))).inbox.notifications.edges;
    expect(told.filter(({ node }) => node.title.includes(done.number))).toHaveLength(2);
  });

  it('INV-10 a credit note names the invoice that it credits', async () => {
    const issued = await invoice();
    const draft = await act(
      'createCreditNote',
      { invoice: issued.id, type: 'CANCELLATION', reason: 'Error en el pedido' },
      '',
    );
    const note = await act('issueCreditNote', { creditNote: draft.id }, 'number');
    await settle(10);
    const done = await electronicOf('CreditNote', note.id);
    expect(done.status).toBe('DELIVERED');
    const xml = (await download(done.xml?.id ?? '')).toString();
    assertJudged(xml, 'notaCredito', 'NotaCredito_V1.1.0.xsd');
    expect(xml).toContain(`<numDocModificado>${String(issued['number'])}</numDocModificado>`);
    const annul = { id: done.id, version: done.version, annulledOn: day, reason: 'Duplicada' };
    expect(await failing(act('recordSriAnnulment', annul, '', seller))).toContain('FORBIDDEN');
    expect(await act('recordSriAnnulment', annul, 'status')).toMatchObject({ status: 'ANNULLED' });
  });

  it('INV-10 other tenants see nothing of it, and sellers nothing of the issuer', async () => {
    const stranger = await startOtherTenant(cloud);
    const query = '{ electronicDocuments { edges { node { id } } } sriIssuers { edges { node { id } } } }';
    type Lists = Record<'electronicDocuments' | 'sriIssuers', { edges: readonly unknown[] }>;
    const lists = await ask<Lists>(query, {}, stranger);
    expect([lists.electronicDocuments.edges, lists.sriIssuers.edges]).toEqual([[], []]);
    expect(await failing(act('issueRemissionGuide', { delivery: ids.account }, '', stranger))).not.toBe(
      'nothing failed',
    );
    expect(await failing(ask(query, {}, seller))).toContain('FORBIDDEN');
  });
});

describe('remission guides', () => {
  it('DLV-01 the guide of a delivery has its own series and goes to the SRI', async () => {
    const lines = [{ description: 'Sillas', quantity: '3', unitPrice: '20', taxCategory: 'STANDARD' }];
    const transport = { carrierName: 'Transportes', carrierTaxId: '1700000019001', plate: 'PBA-1234', from: 'Quito' };
    const draft = await act('createDelivery', { account: ids.account, lines, transport }, '', seller);
    const issue = (delivery: Answered, key?: string) =>
      act(
        'issueRemissionGuide',
        { delivery: delivery.id, ...(key !== undefined && { idempotencyKey: key }) },
        'number to receiverId',
        seller,
      );
    expect(await failing(issue(draft))).toContain('INVALID_STATE');
    const delivery = await act('issueDelivery', { id: draft.id, version: draft.version }, 'number', seller);
    const guide = await issue(delivery, 'once');
    expect(guide).toMatchObject({ number: '001-001-000000001', to: 'Av. Uno, Cuenca', receiverId: '1790016919001' });
    expect((await issue(delivery, 'once')).id).toBe(guide.id);
    expect(await failing(issue(delivery))).toContain('NOT_UNIQUE');
    await settle(10);
    const done = await electronicOf('RemissionGuide', guide.id, seller);
    expect(done.status).toBe('AUTHORIZED');
    const xml = (await download(done.xml?.id ?? '', seller)).toString();
    assertJudged(xml, 'guiaRemision', 'GuiaRemision_V1.1.0.xsd');
    expect((await download(done.ride?.id ?? '', seller)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
