import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testCertificate } from '#test/support/certificates';
import { failure } from '#test/support/domain';
import { startElectronic, uploadOf, type Electronic } from '#test/support/electronic';
import { withTenantTable } from '#test/support/engine';
import { SriIssuer, type SriIssuerRow } from './index.ts';

const tenanted = withTenantTable();
let of: Electronic;
beforeEach(async () => {
  of = await startElectronic(tenanted);
});
afterEach(() => of.stop());

const statusOf = async (document: string) => (await of.of(document)).status;

describe('a certificate', () => {
  const upload = (more: object) =>
    of.run<SriIssuerRow>('uploadSriCertificate', { id: of.issuer.id, version: of.issuer.version, ...more });

  it('is refused with another password, when it is none, and when it has ended', async () => {
    const good = uploadOf(testCertificate({ days: 5 }));
    expect(await failure(upload({ ...good, password: 'otra' }))).toBe('CERTIFICATE_UNUSABLE');
    expect(await failure(upload({ ...good, file: 'AAAA' }))).toBe('CERTIFICATE_UNUSABLE');
    expect(await failure(upload(good))).toBe('CERTIFICATE_EXPIRED');
  });

  it('is kept sealed: neither row nor storage shows key or password', async () => {
    const { fingerprint } = of.issuer.certificate ?? {};
    const { files } = of.domain.runtime.ports;
    const [kept, ...others] = await files.list(`${tenanted.tenant}/sealed/`);
    expect([kept?.key, others]).toEqual([`${tenanted.tenant}/sealed/sri-certificate/${fingerprint ?? ''}`, []]);
    const sealed = Buffer.from((await files.get(kept?.key ?? '')) ?? []).toString();
    for (const secret of ['PRIVATE KEY', 'secreto-de-prueba', 'EMPRESA']) expect(sealed).not.toContain(secret);
    expect(JSON.stringify(of.issuer)).not.toContain('PRIVATE');
  });

  it('of another tenant, or tampered with, opens nothing', async () => {
    const { files } = of.domain.runtime.ports;
    const [kept] = await files.list(`${tenanted.tenant}/sealed/`);
    const sealed = JSON.parse(Buffer.from((await files.get(kept?.key ?? '')) ?? []).toString()) as {
      content: { data: string };
    };
    sealed.content.data = `AAAA${sealed.content.data.slice(4)}`;
    await files.put(kept?.key ?? '', JSON.stringify(sealed), 'application/json');
    const invoice = await of.invoice();
    await of.work();
    expect(await of.of(invoice.id)).toMatchObject({
      status: 'NEEDS_ATTENTION',
      messages: [{ code: 'NO_CERTIFICATE' }],
    });
  });

  it('that has ended signs nothing: the document waits for the next one', async () => {
    of.domain.clock.set('2028-06-01T15:00:00.000Z');
    const invoice = await of.invoice();
    await of.work();
    expect(await of.of(invoice.id)).toMatchObject({
      status: 'NEEDS_ATTENTION',
      messages: [{ code: 'CERTIFICATE_EXPIRED' }],
    });
    await upload(uploadOf(testCertificate({ days: 1500 })));
    await of.domain.settle();
    await of.work();
    expect(await statusOf(invoice.id)).toBe('AUTHORIZED');
  });

  it('that ends soon is told of to those who look after the tenant', async () => {
    const user = (await of.run('inviteUser', { name: 'Ana', email: 'ana@example.com', roles: ['administrator'] })).id;
    await of.run('inviteUser', { name: 'Seller', email: 'seller@example.com', roles: ['seller'] });
    const held = await upload(uploadOf(testCertificate({ days: 331 })));
    await of.domain.advanceTo('2026-11-23T00:05:00.000Z');
    expect(await of.told('sri.certificate')).toMatchObject([
      { user, title: 'La firma electrónica vence el 2026-11-28' },
    ]);
    const warned = await of.domain.reader().data(SriIssuer).get(held.id);
    expect([held.warnedDays, warned.warnedDays]).toEqual([15, 5]);
  });
});
