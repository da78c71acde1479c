// A certificate authority for tests: .p12 files as the authorities of Ecuador give them out, made on the spot.
import forge from 'node-forge';

/** A .p12 file and its password. */
export type TestCertificate = { readonly file: Uint8Array; readonly password: string };

/** A certificate that may sign, of an issuer with a part that RFC 2253 has no word for; `days` until it ends. */
export const testCertificate = ({
  name = 'EMPRESA SINTETICA S.A.',
  from = new Date('2026-01-01T00:00:00Z'),
  days = 730,
} = {}): TestCertificate => {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '4d2a91c77f00';
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = new Date(from.getTime() + days * 86_400_000);
  certificate.setSubject([
    { name: 'commonName', value: name },
    { name: 'countryName', value: 'EC' },
  ]);
  certificate.setIssuer([
    { name: 'countryName', value: 'EC' },
    { name: 'organizationName', value: 'AUTORIDAD DE PRUEBA, S.A.' },
    {
      type: '2.5.4.97',
      value: 'VATEC-1790000000001',
      valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class,
    },
    { name: 'commonName', value: 'CA DE PRUEBA' },
  ]);
  certificate.setExtensions([{ name: 'keyUsage', digitalSignature: true, nonRepudiation: true }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  const password = 'secreto-de-prueba';
  const store = forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate], password, { algorithm: '3des' });
  return { file: Buffer.from(forge.asn1.toDer(store).getBytes(), 'binary'), password };
};
