// The evidence of a signature on paper, in Spanish or English.
import type { Locale } from '#kernel';
import type { DocumentModel, Fact } from '#modules/platform/pdf';
import { consentText } from './consent.rules.ts';
import type { SignatureEventRow } from './signature-event.entity.ts';
import type { SignatureRow } from './signature.entity.ts';

const wordings = {
  es: {
    title: 'Hoja de evidencia',
    made: 'Emitida',
    document: 'Documento',
    name: 'Nombre',
    hash: 'SHA-256 del documento',
    kind: 'Tipo de firma',
    simple:
      'Firma electrónica simple (Reglamento (UE) 910/2014, art. 3.10; Ley 67 de Comercio Electrónico del Ecuador)',
    signer: 'Firmante',
    email: 'Correo electrónico',
    phone: 'Teléfono',
    role: 'Cargo',
    taxId: 'Identificación',
    recognised: 'Reconocido por',
    authentication: {
      LINK: 'Enlace personal por correo',
      EMAIL_OTP: 'Enlace personal y código de un solo uso por correo',
      ON_DEVICE: 'En persona, en un dispositivo de la empresa',
    },
    signedAt: 'Firmado',
    signature: 'Firma',
    typed: 'Nombre escrito',
    imageHash: 'SHA-256 de la imagen de la firma',
    consent: 'Consentimiento',
    text: 'Versión del texto',
    timeline: 'Cronología',
    when: 'Fecha y hora (UTC)',
    what: 'Qué',
    who: 'Quién',
    where: 'Dirección IP y navegador',
    proof: 'Comprobación',
    chain: 'Final de la cadena de eventos (SHA-256)',
    seal: 'Sello (JWS separado, EdDSA)',
    key: 'Clave pública del sello (Ed25519, x)',
    check: 'Cualquiera puede comprobar el documento en esta dirección',
    system: 'Sistema',
    events: {
      REQUESTED: 'Solicitada',
      SENT: 'Enviada',
      REMINDED: 'Recordada',
      OPENED: 'Página abierta',
      DOCUMENT_OPENED: 'Documento abierto',
      CODE_SENT: 'Código enviado',
      CODE_REFUSED: 'Código rechazado',
      CODE_ACCEPTED: 'Código correcto',
      CONSENTED: 'Consentimiento dado',
      SIGNED: 'Firmado',
      DECLINED: 'Rechazado',
      DELEGATED: 'Delegado en otra persona',
      EXPIRED: 'Caducada',
      CANCELLED: 'Anulada',
    },
  },
  en: {
    title: 'Sheet of evidence',
    made: 'Issued',
    document: 'Document',
    name: 'Name',
    hash: 'SHA-256 of the document',
    kind: 'Kind of signature',
    simple:
      'Simple electronic signature (Regulation (EU) 910/2014, art. 3(10); Ley 67 de Comercio Electrónico of Ecuador)',
    signer: 'Signer',
    email: 'E-mail',
    phone: 'Phone',
    role: 'Position',
    taxId: 'Identification',
    recognised: 'Recognised by',
    authentication: {
      LINK: 'Personal link by e-mail',
      EMAIL_OTP: 'Personal link and one-time code by e-mail',
      ON_DEVICE: 'In person, on a device of the company',
    },
    signedAt: 'Signed',
    signature: 'Signature',
    typed: 'Written name',
    imageHash: 'SHA-256 of the picture of the signature',
    consent: 'Consent',
    text: 'Version of the text',
    timeline: 'Timeline',
    when: 'Date and time (UTC)',
    what: 'What',
    who: 'Who',
    where: 'IP address and browser',
    proof: 'Verification',
    chain: 'End of the chain of events (SHA-256)',
    seal: 'Seal (detached JWS, EdDSA)',
    key: 'Public key of the seal (Ed25519, x)',
    check: 'Anybody can check the document at this address',
    system: 'System',
    events: {
      REQUESTED: 'Asked for',
      SENT: 'Sent',
      REMINDED: 'Reminded',
      OPENED: 'Page opened',
      DOCUMENT_OPENED: 'Document opened',
      CODE_SENT: 'Code sent',
      CODE_REFUSED: 'Code refused',
      CODE_ACCEPTED: 'Code right',
      CONSENTED: 'Consent given',
      SIGNED: 'Signed',
      DECLINED: 'Declined',
      DELEGATED: 'Handed to somebody else',
      EXPIRED: 'Came to its end',
      CANCELLED: 'Taken back',
    },
  },
} as const;

type Words = (typeof wordings)[Locale];

/** The sheet. `names` calls users by their names, by id. */
export const evidenceDocument = (
  signature: SignatureRow,
  {
    events,
    names,
    publicKey,
    drawing,
    check,
  }: {
    readonly events: readonly SignatureEventRow[];
    readonly names: ReadonlyMap<string, string>;
    readonly publicKey: string;
    readonly drawing?: Uint8Array;
    /** Where the document can be checked, and that address as a QR code (PNG). */
    readonly check: { readonly url: string; readonly code: Uint8Array };
  },
): DocumentModel => {
  const words = wordings[signature.locale];
  const { endedAt = '' } = signature;
  return {
    title: words.title,
    number: signature.id,
    madeAt: endedAt,
    facts: [{ label: words.made, value: { moment: endedAt } }],
    sections: [
      {
        heading: words.document,
        text: `${signature.subject}\n${words.hash}: ${signature.documentSha256}\n${words.kind}: ${words.simple}`,
      },
      { heading: words.signer, facts: signerFacts(signature, words) },
      { heading: words.signature, ...(drawing && { picture: drawing }), text: signatureText(signature, words) },
      { heading: words.consent, text: consentGiven(signature, words) },
      { heading: words.timeline, table: timeline(events, names, words) },
      { heading: words.proof, text: proof(signature, publicKey, words) },
      { text: `${words.check}\n${check.url}`, picture: check.code },
    ],
  };
};

const consentGiven = ({ consent }: SignatureRow, words: Words): string =>
  consent ? `${consentText(consent) ?? ''}\n${words.text}: ${consent.id} · SHA-256 ${consent.sha256}` : '';

const proof = ({ chainHead, seal = '' }: SignatureRow, publicKey: string, words: Words): string =>
  [...[words.chain, chainHead, ''], ...[words.seal, seal, ''], ...[words.key, publicKey, ''], words.check].join('\n');

const facts = (pairs: readonly (readonly [string, string | undefined])[]): readonly Fact[] =>
  pairs.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));

const signerFacts = ({ signer, authentication, endedAt = '' }: SignatureRow, words: Words): readonly Fact[] => [
  ...facts([
    [words.name, signer.name],
    [words.email, signer.email],
    [words.phone, signer.phone],
    [words.role, signer.role],
    [words.taxId, signer.taxId],
    [words.recognised, words.authentication[authentication]],
  ]),
  { label: words.signedAt, value: `${endedAt.replace('T', ' ').slice(0, 19)} UTC` },
];

const signatureText = ({ typedName = '', imageSha256 }: SignatureRow, words: Words): string =>
  [`${words.typed}: ${typedName}`, ...(imageSha256 === undefined ? [] : [`${words.imageHash}: ${imageSha256}`])].join(
    '\n',
  );

const timeline = (events: readonly SignatureEventRow[], names: ReadonlyMap<string, string>, words: Words) => ({
  columns: [
    { label: words.when, weight: 1.5 },
    { label: words.what, weight: 1.6 },
    { label: words.who, weight: 1.8 },
    { label: words.where, weight: 3.4 },
  ],
  rows: events.map(({ at, kind, by, email, ip, forwardedFor, userAgent, details }) => [
    at.replace('T', ' ').slice(0, 19),
    [words.events[kind], details?.['to']].filter(Boolean).join('\n'),
    [by === 'system' ? words.system : (names.get(by) ?? by), email].filter(Boolean).join('\n'),
    [ip, forwardedFor === undefined ? undefined : `X-Forwarded-For: ${forwardedFor}`, userAgent]
      .filter(Boolean)
      .join('\n'),
  ]),
});
