import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreditNoteRow, InvoiceRow } from '#modules/billing/invoices';
import { Mail } from '#modules/platform/mail-out';
import { failure } from '#test/support/domain';
import { startElectronic, type Electronic } from '#test/support/electronic';
import { withTenantTable } from '#test/support/engine';
import { assertJudged } from '#test/support/judged-xml';
import { isAccessKey } from './access-key.rules.ts';
import { advanceElectronic, type ElectronicDocumentRow } from './index.ts';

const tenanted = withTenantTable();
let of: Electronic;
beforeEach(async () => {
  of = await startElectronic(tenanted);
});
afterEach(() => of.stop());

const bytesOf = (file: string | undefined) => of.textOf(file);
const statusOf = async (document: string) => (await of.of(document)).status;
const mails = async () => (await of.domain.reader().data(Mail).page('all', { first: 100 })).rows;

describe('an invoice in Ecuador', () => {
  it('gets its access key as it is issued, and is signed, authorised and mailed, once', async () => {
    const invoice = await of.invoice();
    const made = await of.of(invoice.id);
    expect(made).toMatchObject({ status: 'ISSUED', kind: 'INVOICE', number: '001-001-000000001', invoice: invoice.id });
    expect(isAccessKey(made.accessKey)).toBe(true);
    expect(made.accessKey.slice(0, 39)).toBe('221120260117990000120011001001000000001');

    await of.work();
    const done = await of.of(invoice.id);
    expect(done).toMatchObject({ status: 'AUTHORIZED', messages: [{ code: '60' }] });
    const xml = await bytesOf(done.xml);
    assertJudged(xml, 'factura', 'factura_V1.1.0.xsd');
    expect(xml).toContain('<dirEstablecimiento>Quito, Bodega Norte</dirEstablecimiento>');
    expect(xml).toContain('<campoAdicional nombre="RUC Proveedor">1790016919001</campoAdicional>');
    expect(await bytesOf(done.authorization)).toContain('<estado>AUTORIZADO</estado>');
    expect(await bytesOf(done.ride)).toMatch(/^%PDF/);
    const [mail, ...others] = await mails();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ to: ['pagos@cliente.example'], attachments: [done.authorization, done.ride] });
    expect(mail?.subject).toBe('Factura 001-001-000000001 de EMPRESA SINTETICA S.A.');

    await of.work(86_400);
    expect(await mails()).toHaveLength(1);
    expect(of.sri.documents()).toMatchObject([{ key: made.accessKey, times: 1 }]);
  });

  it('that two workers take at once is authorised and mailed once', async () => {
    const invoice = await of.invoice();
    const { id: document } = await of.of(invoice.id);
    const step = { tenant: tenanted.tenant, document };
    const both = () =>
      Promise.all([advanceElectronic(of.domain.runtime, step), advanceElectronic(of.domain.runtime, step)]);
    await both();
    of.domain.clock.set('2026-11-22T15:00:05.000Z');
    await both();
    expect(await statusOf(invoice.id)).toBe('AUTHORIZED');
    expect(await mails()).toHaveLength(1);
  });

  it('whose paper cannot be kept is asked for again: that is no silence of the SRI', async () => {
    const invoice = await of.invoice();
    const { files } = of.domain.runtime.ports;
    const put = files.put.bind(files);
    files.put = (key, body, type) =>
      type === 'application/pdf' ? Promise.reject(new Error('full')) : put(key, body, type);
    await expect(of.work()).rejects.toThrow('full');
    expect(await of.of(invoice.id)).toMatchObject({ status: 'RECEIVED', messages: [] });
    expect(await mails()).toEqual([]);
    files.put = put;
    of.domain.sent.splice(0);
    await of.domain.advanceTo('2026-11-22T15:10:00.000Z');
    await of.work();
    expect(await statusOf(invoice.id)).toBe('AUTHORIZED');
    expect(await mails()).toHaveLength(1);
  });

  it('of a worker that died is sent on by its timer, and known already counts as taken', async () => {
    const invoice = await of.invoice();
    of.domain.sent.splice(0);
    await of.domain.advanceTo('2026-11-22T15:05:00.000Z');
    await of.work();
    expect(await statusOf(invoice.id)).toBe('AUTHORIZED');
  });

  it.each([
    ['is down', ['DOWN', 'FAULT', 'HANG_UP'], []],
    ['has an error of its own', ['50', '50'], []],
    ['is at work on it', ['70'], ['EMPTY', 'PENDING']],
    ['knows it already', ['43'], ['DOWN', 'FAULT', 'HANG_UP']],
  ])('waits while the SRI %s', async (_, reception, authorisation) => {
    of.sri.expect({ reception, authorisation });
    const invoice = await of.invoice();
    await of.work(1200);
    const done = await of.of(invoice.id);
    expect([done.status, done.lateAt]).toEqual(['AUTHORIZED', undefined]);
    expect(await mails()).toHaveLength(1);
    expect(await of.told('electronic.trouble')).toEqual([]);
  });

  it('that cannot be handed in for two hours is told of once, and goes out when the SRI is back', async () => {
    const administrator = await of.run('inviteUser', {
      name: 'Ana',
      email: 'ana@example.com',
      roles: ['administrator'],
    });
    of.sri.expect({ reception: Array.from({ length: 14 }, () => 'DOWN') });
    const invoice = await of.invoice();
    await of.work(8000);
    expect(await statusOf(invoice.id)).toBe('SIGNED');
    expect(await of.told('electronic.waiting')).toMatchObject([{ user: administrator.id }]);
    await of.work(3600);
    expect(await statusOf(invoice.id)).toBe('AUTHORIZED');
  });

  it('without a decision for a day needs attention', async () => {
    of.sri.expect({ authorisation: Array.from({ length: 200 }, (_, index) => (index % 2 ? 'EMPTY' : 'DOWN')) });
    const invoice = await of.invoice();
    await of.work(90_000);
    expect(await statusOf(invoice.id)).toBe('NEEDS_ATTENTION');
  });

  it('sent back needs attention, and goes out corrected under the same key', async () => {
    const code = '45';
    of.sri.expect({ reception: [code] });
    const invoice = await of.invoice();
    await of.work();
    const stopped = await of.of(invoice.id);
    expect(stopped).toMatchObject({ status: 'NEEDS_ATTENTION', messages: [{ code, type: 'ERROR' }] });
    await of.run('updateSriIssuer', {
      id: of.issuer.id,
      version: of.issuer.version,
      mainAddress: 'Quito, Calle Dos 2',
    });
    const again = { id: stopped.id, version: stopped.version, corrections: { buyerName: 'Cliente Corregido' } };
    await of.run('resendElectronicDocument', again);
    expect(await failure(of.run('resendElectronicDocument', again))).toBe('STALE_VERSION');
    await of.work();
    const done = await of.of(invoice.id);
    expect(done).toMatchObject({ status: 'AUTHORIZED', accessKey: stopped.accessKey, number: stopped.number });
    const xml = await bytesOf(done.xml);
    expect([xml.includes('Calle Dos 2'), xml.includes('Cliente Corregido')]).toEqual([true, true]);
    expect(await failure(of.run('resendElectronicDocument', { id: done.id, version: done.version }))).toBe(
      'INVALID_STATE',
    );
  });

  it('that was refused says why, and is sent again', async () => {
    of.sri.expect({ authorisation: ['39'] });
    const invoice = await of.invoice();
    await of.work();
    const refused = await of.of(invoice.id);
    expect(refused).toMatchObject({ status: 'NOT_AUTHORIZED', messages: [{ code: '39' }] });
    await of.run('resendElectronicDocument', { id: refused.id, version: refused.version });
    await of.work();
    expect(await statusOf(invoice.id)).toBe('AUTHORIZED');
  });

  it('is not issued in another currency, and takes no number then', async () => {
    expect(await failure(of.invoice({ currency: 'EUR' }))).toBe('BAD_INPUT');
    expect(await of.invoice()).toMatchObject({ number: '001-001-000000001' });
  });

  it('of a tenant elsewhere, or without an issuer, has none', async () => {
    const { id, version } = of.issuer;
    await of.run('updateSriIssuer', { id, version, active: false });
    const invoice = await of.invoice();
    await expect(of.of(invoice.id)).rejects.toThrow('no electronic document');
  });
});

describe('an invoice over the counter', () => {
  it('names nobody up to 50 USD, is paid as it says, and is never annulled', async () => {
    const { id: account } = await of.run('createAccount', { name: 'Alguien' });
    const lines = [{ description: 'Café', quantity: '1', unitPrice: '20', taxCategory: 'STANDARD' }];
    const sold = await of.invoice({ account, lines, sriPaymentMethod: 'CASH' });
    await of.work();
    const done = await of.of(sold.id);
    expect([done.status, done.mail]).toEqual(['AUTHORIZED', undefined]);
    const xml = await bytesOf(done.xml);
    expect(xml).toContain('<identificacionComprador>9999999999999</identificacionComprador>');
    expect(xml).toContain('<formaPago>01</formaPago>');
    const annul = { id: done.id, version: done.version, annulledOn: '2026-11-22', reason: 'x' };
    expect(await failure(of.run('recordSriAnnulment', annul))).toBe('NOT_ANNULLABLE');
  });
});

describe('a credit note', () => {
  it('names its invoice and goes the same way', async () => {
    const invoice = await of.invoice();
    await of.work();
    const draft = await of.run<CreditNoteRow>('createCreditNote', {
      ...{ invoice: invoice.id, type: 'RETURN', reason: 'Devolución parcial' },
      lines: [{ line: invoice.lines[0]?.key, quantity: '1' }],
    });
    const note = await of.run<CreditNoteRow>('issueCreditNote', { creditNote: draft.id });
    await of.work();
    const done = await of.of(note.id);
    expect(done).toMatchObject({ status: 'AUTHORIZED', kind: 'CREDIT_NOTE', creditNote: note.id });
    expect(done.accessKey.slice(8, 10)).toBe('04');
    const xml = await bytesOf(done.xml);
    assertJudged(xml, 'notaCredito', 'NotaCredito_V1.1.0.xsd');
    expect(xml).toContain('<numDocModificado>001-001-000000001</numDocModificado>');
    expect(xml).toContain('<valorModificacion>57.50</valorModificacion>');
    expect(xml).toContain('<motivo>Devolución parcial</motivo>');
  });
});

describe('an annulment', () => {
  const annul = ({ id, version }: ElectronicDocumentRow, annulledOn: string) =>
    of.run<ElectronicDocumentRow>('recordSriAnnulment', { id, version, annulledOn, reason: 'Error' });

  it('is noted until day 7 of the next month, and ends what was under way', async () => {
    const invoice = await of.invoice();
    const made = await of.of(invoice.id);
    expect(await failure(annul(made, '2026-11-23'))).toBe('NOT_ANNULLABLE');
    of.domain.clock.set('2026-12-20T15:00:00.000Z');
    expect(await failure(annul(made, '2026-12-08'))).toBe('NOT_ANNULLABLE');
    expect(await annul(made, '2026-12-07')).toMatchObject({ status: 'ANNULLED', annulledOn: '2026-12-07' });
    await of.work(86_400);
    expect([await statusOf(invoice.id), of.sri.documents()]).toEqual(['ANNULLED', []]);
  });

  it('is called to mind when the invoice is voided', async () => {
    const user = (await of.run('inviteUser', { name: 'Ana', email: 'ana@example.com', roles: ['administrator'] })).id;
    const { id, version } = await of.invoice();
    await of.run('voidInvoice', { id, version, reason: 'Error' });
    await of.domain.settle();
    const title = 'Anule la factura 001-001-000000001 en el portal del SRI hasta el 2026-12-07';
    expect(await of.told('electronic.trouble')).toMatchObject([{ user, title }]);
  });
});

describe('who may', () => {
  it('only those who look after the tenant see the issuer, and there is one', async () => {
    expect(await failure(of.run('createSriIssuer', { ruc: '1790016919001', legalName: 'X', mainAddress: 'Y' }))).toBe(
      'NOT_UNIQUE',
    );
    expect(await failure(of.run('createSriIssuer', { ruc: '1790016919002', legalName: 'X', mainAddress: 'Y' }))).toBe(
      'BAD_INPUT',
    );
  });
});

describe('an invoice that was issued before', () => {
  it('keeps its one electronic document', async () => {
    const invoice = await of.invoice();
    const again = await of.run<InvoiceRow>('issueInvoice', { invoice: invoice.id });
    expect(again.number).toBe(invoice.number);
    expect((await of.of(invoice.id)).version).toBe(1);
  });
});
