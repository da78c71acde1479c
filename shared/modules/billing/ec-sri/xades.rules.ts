// XAdES-BES signatures as the SRI asks for them (domain 1.7): enveloped, RSA-SHA1, inclusive C14N, three references.
import { createHash, createSign } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { C14nCanonicalization, findAncestorNs } from 'xml-crypto';
import type { SigningCertificate } from './certificate.rules.ts';

/** What a signature is made with. `id` tells the ids of its parts apart; the same input gives the same bytes. */
export type Signing = {
  readonly certificate: SigningCertificate;
  /** The moment with its offset: `2026-11-21T10:00:00-05:00`. */
  readonly signedAt: string;
  readonly id: string;
};

/** The document with its signature as last child of its root. The bytes are final: nothing may write them anew. */
export const signXades = (xml: string, { certificate, signedAt, id }: Signing): string => {
  const ids = idsOf(id);
  const bare = withSignature(xml, partsOf(certificate, signedAt, ids), ids);
  const signedInfo = signedInfoOf(ids, {
    document: digest(canonical(xml, '/*')),
    properties: digest(canonical(bare, `//*[@Id='${ids.properties}']`)),
    keyInfo: digest(canonical(bare, `//*[@Id='${ids.keyInfo}']`)),
  });
  const unsigned = bare.replace(signatureStart(ids), `${signatureStart(ids)}${signedInfo}`);
  const value = createSign('RSA-SHA1')
    .update(canonical(unsigned, `//*[@Id='${ids.signedInfo}']`))
    .sign(certificate.privateKey, 'base64');
  return unsigned.replace(signedInfo, `${signedInfo}<ds:SignatureValue Id="${ids.value}">${value}</ds:SignatureValue>`);
};

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const etsi = 'http://uri.etsi.org/01903/v1.3.2#';
const sha1 = `${ds}sha1`;

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

const signatureStart = ({ signature }: Ids): string =>
  `<ds:Signature xmlns:ds="${ds}" xmlns:etsi="${etsi}" Id="${signature}">`;

const withSignature = (xml: string, parts: string, ids: Ids): string => {
  const end = xml.lastIndexOf('</');
  return `${xml.slice(0, end)}${signatureStart(ids)}${parts}</ds:Signature>${xml.slice(end)}`;
};

const partsOf = (certificate: SigningCertificate, signedAt: string, ids: Ids): string =>
  [
    `<ds:KeyInfo Id="${ids.keyInfo}"><ds:X509Data><ds:X509Certificate>${certificate.certificate}</ds:X509Certificate></ds:X509Data>`,
    `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${certificate.modulus}</ds:Modulus><ds:Exponent>${certificate.exponent}</ds:Exponent>`,
    '</ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>',
    `<ds:Object Id="${ids.object}"><etsi:QualifyingProperties Target="#${ids.signature}"><etsi:SignedProperties Id="${ids.properties}">`,
    `<etsi:SignedSignatureProperties><etsi:SigningTime>${signedAt}</etsi:SigningTime><etsi:SigningCertificate><etsi:Cert>`,
    `<etsi:CertDigest><ds:DigestMethod Algorithm="${sha1}"></ds:DigestMethod><ds:DigestValue>${digest(Buffer.from(certificate.certificate, 'base64'))}</ds:DigestValue></etsi:CertDigest>`,
    `<etsi:IssuerSerial><ds:X509IssuerName>${textOf(certificate.issuerName)}</ds:X509IssuerName><ds:X509SerialNumber>${certificate.serialNumber}</ds:X509SerialNumber></etsi:IssuerSerial>`,
    '</etsi:Cert></etsi:SigningCertificate></etsi:SignedSignatureProperties>',
    `<etsi:SignedDataObjectProperties><etsi:DataObjectFormat ObjectReference="#${ids.document}">`,
    '<etsi:Description>contenido comprobante</etsi:Description><etsi:MimeType>text/xml</etsi:MimeType></etsi:DataObjectFormat>',
    '</etsi:SignedDataObjectProperties></etsi:SignedProperties></etsi:QualifyingProperties></ds:Object>',
  ].join('');

type Digests = { readonly document: string; readonly properties: string; readonly keyInfo: string };

const signedInfoOf = (ids: Ids, { document, properties, keyInfo }: Digests): string =>
  [
    `<ds:SignedInfo Id="${ids.signedInfo}">`,
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:CanonicalizationMethod>',
    `<ds:SignatureMethod Algorithm="${ds}rsa-sha1"></ds:SignatureMethod>`,
    reference(`Type="${etsi.replace('v1.3.2#', '')}#SignedProperties" URI="#${ids.properties}"`, properties),
    reference(`URI="#${ids.keyInfo}"`, keyInfo),
    reference(
      `Id="${ids.document}" URI="#comprobante"`,
      document,
      `<ds:Transforms><ds:Transform Algorithm="${ds}enveloped-signature"></ds:Transform></ds:Transforms>`,
    ),
    '</ds:SignedInfo>',
  ].join('');

const reference = (attributes: string, value: string, transforms = ''): string =>
  `<ds:Reference ${attributes}>${transforms}<ds:DigestMethod Algorithm="${sha1}"></ds:DigestMethod>` +
  `<ds:DigestValue>${value}</ds:DigestValue></ds:Reference>`;

/** Canonical XML of the one element that an XPath finds, with the namespaces that it inherits. */
const canonical = (xml: string, path: string): string => {
  const document = new DOMParser().parseFromString(xml, 'text/xml') as unknown as Document;
  const id = /'(.+)'/.exec(path)?.[1];
  const element = id === undefined ? document.documentElement : elementById(document.documentElement, id);
  if (!element) throw new RangeError(`There is no ${path}.`);
  return new C14nCanonicalization().process(element, { ancestorNamespaces: findAncestorNs(document, path) }).toString();
};

const elementById = (within: Element, id: string): Element | undefined => {
  if (within.getAttribute('Id') === id) return within;
  for (let child = within.firstChild; child; child = child.nextSibling) {
    const found = child.nodeType === 1 ? elementById(child as Element, id) : undefined;
    if (found) return found;
  }
  return undefined;
};

const digest = (data: string | Uint8Array): string => createHash('sha1').update(data).digest('base64');

const textOf = (text: string): string => text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
