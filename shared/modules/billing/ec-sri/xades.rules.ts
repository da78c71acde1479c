// XAdES-BES signatures as the SRI asks for them (domain 1.7): enveloped, RSA-SHA1, inclusive C14N, three references.
import { createHash, createSign } from 'node:crypto';
import { canonicalXml, type Element } from './canonical-xml.rules.ts';
import type { SigningCertificate } from './certificate.rules.ts';

/** What a signature is made with. `id` tells the ids of its parts apart; the same input gives the same bytes. */
export type Signing = {
  readonly certificate: SigningCertificate;
  /** The moment with its offset: `2026-11-21T10:00:00-05:00`. */
  readonly signedAt: string;
  readonly id: string;
};

/**
 * The document with its signature as last child of its root. It must be canonical, as `documentXml` writes it; the bytes are
 * final: nothing may write them anew.
 */
export const signXades = (xml: string, { certificate, signedAt, id }: Signing): string => {
  const ids = idsOf(id);
  const keyInfo = ['ds:KeyInfo', keyInfoOf(certificate, ids)] as const;
  const properties = ['etsi:SignedProperties', propertiesOf(certificate, signedAt, ids)] as const;
  const signedInfo = [
    'ds:SignedInfo',
    signedInfoOf(ids, {
      document: digest(xml.slice(xml.indexOf('?>') + 2).trim()),
      properties: digest(inherited(...properties)),
      keyInfo: digest(inherited(...keyInfo)),
    }),
  ] as const;
  const value = createSign('RSA-SHA1')
    .update(inherited(...signedInfo))
    .sign(certificate.privateKey, 'base64');
  const signature = canonicalXml('ds:Signature', {
    ...namespaces,
    '@Id': ids.signature,
    [signedInfo[0]]: signedInfo[1],
    'ds:SignatureValue': { '@Id': ids.value, '#text': value },
    [keyInfo[0]]: keyInfo[1],
    'ds:Object': {
      '@Id': ids.object,
      'etsi:QualifyingProperties': { '@Target': `#${ids.signature}`, [properties[0]]: properties[1] },
    },
  });
  const end = xml.lastIndexOf('</');
  return `${xml.slice(0, end)}${signature}${xml.slice(end)}`;
};

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const etsi = 'http://uri.etsi.org/01903/v1.3.2#';

/** Declared on the signature; a part of it that is digested by itself shows them on its own first element. */
const namespaces: Element = { '@ xmlns:ds': ds, '@ xmlns:etsi': etsi };
const inherited = (name: string, content: Element): string => canonicalXml(name, { ...namespaces, ...content });

type Ids = ReturnType<typeof idsOf>;
const idsOf = (id: string) => ({
  signature: `Signature-${id}`,
  signedInfo: `SignedInfo-${id}`,
  value: `SignatureValue-${id}`,
  keyInfo: `KeyInfo-${id}`,
  properties: `SignedProperties-${id}`,
  object: `Object-${id}`,
  document: `Reference-${id}`,
});

const keyInfoOf = ({ certificate, modulus, exponent }: SigningCertificate, ids: Ids): Element => ({
  '@Id': ids.keyInfo,
  'ds:X509Data': { 'ds:X509Certificate': certificate },
  'ds:KeyValue': { 'ds:RSAKeyValue': { 'ds:Modulus': modulus, 'ds:Exponent': exponent } },
});

const propertiesOf = (
  { certificate, issuerName, serialNumber }: SigningCertificate,
  signedAt: string,
  ids: Ids,
): Element => ({
  '@Id': ids.properties,
  'etsi:SignedSignatureProperties': {
    'etsi:SigningTime': signedAt,
    'etsi:SigningCertificate': {
      'etsi:Cert': {
        'etsi:CertDigest': digested(digest(Buffer.from(certificate, 'base64'))),
        'etsi:IssuerSerial': { 'ds:X509IssuerName': issuerName, 'ds:X509SerialNumber': serialNumber },
      },
    },
  },
  'etsi:SignedDataObjectProperties': {
    'etsi:DataObjectFormat': {
      '@ObjectReference': `#${ids.document}`,
      'etsi:Description': 'contenido comprobante',
      'etsi:MimeType': 'text/xml',
    },
  },
});

type Digests = { readonly document: string; readonly properties: string; readonly keyInfo: string };

const signedInfoOf = (ids: Ids, { document, properties, keyInfo }: Digests): Element => ({
  '@Id': ids.signedInfo,
  'ds:CanonicalizationMethod': { '@Algorithm': 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' },
  'ds:SignatureMethod': { '@Algorithm': `${ds}rsa-sha1` },
  'ds:Reference': [
    { '@Type': 'http://uri.etsi.org/01903#SignedProperties', '@URI': `#${ids.properties}`, ...digested(properties) },
    { '@URI': `#${ids.keyInfo}`, ...digested(keyInfo) },
    {
      '@Id': ids.document,
      '@URI': '#comprobante',
      'ds:Transforms': { 'ds:Transform': { '@Algorithm': `${ds}enveloped-signature` } },
      ...digested(document),
    },
  ],
});

const digested = (value: string): Element => ({
  'ds:DigestMethod': { '@Algorithm': `${ds}sha1` },
  'ds:DigestValue': value,
});

const digest = (data: string | Uint8Array): string => createHash('sha1').update(data).digest('base64');
