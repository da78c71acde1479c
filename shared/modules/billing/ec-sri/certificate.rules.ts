// The certificates that sign: .p12 files of Ecuadorian authorities, which OpenSSL 3 no longer opens (RC2), read with forge.
import forge from 'node-forge';

/** A certificate with its key, ready to sign. Keys are never logged or answered. */
export type SigningCertificate = {
  /** The certificate, DER in base64. */
  readonly certificate: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  /** The issuer as Java writes it (RFC 2253), which is how the SRI compares it. */
  readonly issuerName: string;
  /** Decimal. */
  readonly serialNumber: string;
  /** Base64, as XML signatures want them. */
  readonly modulus: string;
  readonly exponent: string;
  /** Who it was issued to. */
  readonly subject: string;
  readonly validFrom: string;
  readonly validUntil: string;
};

/** Why a file is no certificate that can sign. */
export class UnusableCertificate extends Error {
  override readonly name = 'UnusableCertificate';
}

/** The certificate and key of a .p12 file. Of several, the one that may sign. @throws UnusableCertificate */
export const readCertificate = (file: Uint8Array, password: string): SigningCertificate => {
  const store = opened(file, password);
  const keys = keysOf(store);
  const found = certificatesOf(store).flatMap((certificate) => {
    const key = keys.find(({ n }) => n.equals((certificate.publicKey as forge.pki.rsa.PublicKey).n));
    return key ? [{ certificate, key }] : [];
  });
  const chosen = found.find(({ certificate }) => maySign(certificate)) ?? found[0];
  if (!chosen) throw new UnusableCertificate('The file holds no RSA key with its certificate.');
  return described(chosen.certificate, chosen.key);
};

/** A name as RFC 2253 and Java write it: last part first, unknown kinds as the hex of their DER. */
export const rfc2253 = (attributes: readonly forge.pki.CertificateField[]): string =>
  [...attributes].reverse().map(namePart).join(',');

const opened = (file: Uint8Array, password: string): forge.pkcs12.Pkcs12Pfx => {
  try {
    const bytes = forge.util.createBuffer(Buffer.from(file).toString('binary'));
    return forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes), password);
  } catch (cause) {
    throw new UnusableCertificate('The file is no .p12, or the password is another.', { cause });
  }
};

const keysOf = (store: forge.pkcs12.Pkcs12Pfx): readonly forge.pki.rsa.PrivateKey[] =>
  [forge.pki.oids['pkcs8ShroudedKeyBag'], forge.pki.oids['keyBag']].flatMap((bagType) =>
    bagType ? (store.getBags({ bagType })[bagType] ?? []).flatMap(({ key }) => (key ? [key] : [])) : [],
  );

const certificatesOf = (store: forge.pkcs12.Pkcs12Pfx): readonly forge.pki.Certificate[] => {
  const bagType = forge.pki.oids['certBag'] ?? '';
  return (store.getBags({ bagType })[bagType] ?? []).flatMap(({ cert }) => (cert ? [cert] : []));
};

const maySign = (certificate: forge.pki.Certificate): boolean => {
  const usage: { readonly digitalSignature?: boolean } | undefined = certificate.getExtension('keyUsage');
  return usage?.digitalSignature === true;
};

const described = (certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): SigningCertificate => ({
  certificate: forge.util.encode64(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes()),
  privateKey: forge.pki.privateKeyInfoToPem(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key))),
  issuerName: rfc2253(certificate.issuer.attributes),
  serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
  modulus: base64Of(key.n),
  exponent: base64Of(key.e),
  subject: rfc2253(certificate.subject.attributes),
  validFrom: certificate.validity.notBefore.toISOString(),
  validUntil: certificate.validity.notAfter.toISOString(),
});

const base64Of = (number: forge.jsbn.BigInteger): string => {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64');
};

/** The kinds that RFC 2253 has words for. */
const words: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};

const namePart = ({ type = '', value, valueTagClass }: forge.pki.CertificateField): string => {
  const text = typeof value === 'string' ? value : '';
  const word = words[type];
  return word ? `${word}=${escaped(text)}` : `${type}=#${derHex(text, valueTagClass)}`;
};

/** Some bytes stand for themselves, others need a sign before them. */
const escaped = (text: string): string =>
  text
    .replace(/[,+"\\<>;]/g, (sign) => `\\${sign}`)
    .replace(/^[# ]/, (sign) => `\\${sign}`)
    .replace(/ $/, '\\ ');

const derHex = (text: string, tag: forge.asn1.Class | undefined): string => {
  const type = (tag as number | undefined) ?? forge.asn1.Type.UTF8;
  const bytes = type === (forge.asn1.Type.UTF8 as number) ? forge.util.encodeUtf8(text) : text;
  const node = forge.asn1.create(forge.asn1.Class.UNIVERSAL, type, false, bytes);
  return forge.util.bytesToHex(forge.asn1.toDer(node).getBytes());
};
