import { describe, expect, it } from '@jest/globals';
import { testCertificate } from '#test/support/certificates';
import { has, judge } from '#test/support/judges';
import { readCertificate, UnusableCertificate } from './certificate.rules.ts';
import { signXades } from './xades.rules.ts';

const { file, password } = testCertificate();
const certificate = readCertificate(file, password);
const xml =
  '<?xml version="1.0" encoding="UTF-8"?>\n<factura id="comprobante" version="1.1.0"><infoTributaria>' +
  '<razonSocial>Ñandú &amp; Cía. "Sur" &lt;1&gt;</razonSocial></infoTributaria></factura>';
const signing = { certificate, signedAt: '2026-11-21T10:00:00-05:00', id: '42' };
const verify = (signed: string) =>
  judge(
    'xmlsec1',
    [
      '--verify',
      '--id-attr:id',
      'factura',
      '--id-attr:Id',
      'ds:KeyInfo',
      '--id-attr:Id',
      'xades:SignedProperties',
      '{}',
    ],
    signed,
  );

describe('certificates', () => {
  it('are read from .p12 files with issuer, number and end as the SRI compares them', () => {
    expect(certificate.issuerName).toBe(
      'CN=CA DE PRUEBA,2.5.4.97=#0c1356415445432d31373930303030303030303031,O=AUTORIDAD DE PRUEBA\\, S.A.,C=EC',
    );
    expect(certificate.serialNumber).toBe(BigInt('0x4d2a91c77f00').toString());
    expect(certificate.validUntil).toBe('2028-01-01T00:00:00.000Z');
  });

  it('are refused with another password, or when the file is none', () => {
    expect(() => readCertificate(file, 'otra')).toThrow(UnusableCertificate);
    expect(() => readCertificate(new Uint8Array([1, 2, 3]), password)).toThrow(UnusableCertificate);
  });
});

describe('a signature', () => {
  it('is the last child of the root and leaves the document as it was', () => {
    const signed = signXades(xml, signing);
    expect(signed.startsWith(xml.replace('</factura>', ''))).toBe(true);
    expect(signed.endsWith('</ds:Signature></factura>')).toBe(true);
    expect(signXades(xml, signing)).toBe(signed);
  });
});

(has('xmlsec1') ? describe : describe.skip)('an independent verifier (needs xmlsec1)', () => {
  it('finds all three references right', () => {
    const { ok, said } = verify(signXades(xml, signing));
    expect(said).toContain('References (ok/all): 3/3');
    expect(ok).toBe(true);
  });

  it.each([
    ['the document', 'Ñandú', 'Nandu'],
    ['the time', '10:00:00', '10:00:01'],
  ])('notices a change of %s', (_, from, to) => {
    expect(verify(signXades(xml, signing).replace(from, to)).ok).toBe(false);
  });
});
