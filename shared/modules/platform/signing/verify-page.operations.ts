import { DomainError, publicPage, type Context, type Locale, type PageAnswer, type PageRequest } from '#kernel';
import { formFields, markup, pagePolicy, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatMoment } from '#modules/platform/pdf';
import { verifyPurpose } from './verify-link.rules.ts';
import { sha256 } from './chain.rules.ts';
import { Signature, type SignatureRow } from './signature.entity.ts';
import { verify, type Match, type Verification } from './verification.operations.ts';

const wordings = {
  es: {
    title: 'Comprobar un documento firmado',
    signedBy: 'Firmado por',
    on: 'el',
    file: 'El documento (PDF)',
    orHash: 'O su SHA-256',
    check: 'Comprobar',
    missing: 'Elija el documento, o escriba su SHA-256.',
    match: {
      DOCUMENT: 'Es exactamente el documento que se firmó.',
      EVIDENCE: 'Es exactamente la hoja de evidencia de la firma.',
      NONE: 'No es el documento que se firmó: al menos un byte es distinto.',
    },
    chain: {
      true: 'La cadena de eventos está completa y sin cambios.',
      false: 'La cadena de eventos NO está como se escribió.',
    },
    seal: { true: 'El sello es válido.', false: 'El sello NO es válido.' },
    kept: {
      true: 'El documento archivado es el que se firmó.',
      false: 'El documento archivado NO es el que se firmó.',
    },
  },
  en: {
    title: 'Check a signed document',
    signedBy: 'Signed by',
    on: 'on',
    file: 'The document (PDF)',
    orHash: 'Or its SHA-256',
    check: 'Check',
    missing: 'Choose the document, or write its SHA-256.',
    match: {
      DOCUMENT: 'It is exactly the document that was signed.',
      EVIDENCE: 'It is exactly the sheet of evidence of the signature.',
      NONE: 'It is not the document that was signed: at least one byte is different.',
    },
    chain: {
      true: 'The chain of events is whole and unchanged.',
      false: 'The chain of events is NOT as it was written.',
    },
    seal: { true: 'The seal is valid.', false: 'The seal is NOT valid.' },
    kept: {
      true: 'The archived document is the one that was signed.',
      false: 'The archived document is NOT the one that was signed.',
    },
  },
} as const;

/** With a script the document stays with the reader: its hash alone is sent. */
const script = `document.querySelector('form').addEventListener('submit', async (event) => {
const form = event.target, [file] = form.file.files;
if (!file || form.hash.value || !crypto.subtle) return;
event.preventDefault();
const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
form.hash.value = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
form.file.disabled = true; form.requestSubmit();
});`;

/** The page behind the link in a copy: whoever holds a document sees whether it is the one that was signed. It changes nothing. */
export const verifyPage = publicPage(verifyPurpose, {
  describes: 'Compares a document with the one that was signed, and proves chain and seal.',
  evenPaused: true,
  refuse: refusalPage,
  run: async (request, context) => {
    const signature = await context.trusted(Signature).get(request.link.record);
    if (signature.status !== 'SIGNED') throw new DomainError('NOT_FOUND', 'Nothing was signed.');
    const words = wordings[signature.locale];
    if (request.method === 'GET') return answer(context, signature, 200, form(words));
    const hash = hashIn(request);
    if (hash === undefined)
      return answer(context, signature, 422, markup`<p role="alert"><b>${words.missing}</b></p>${form(words)}`);
    const found = await verify(context, signature, hash);
    return answer(context, signature, 200, markup`${result(found, words)}${form(words)}`);
  },
});

/** The hash that was sent, or that of the document that was sent in its place. */
const hashIn = ({ headers, body }: PageRequest): string | undefined => {
  const fields = formFields(headers['content-type'] ?? '', body);
  const hash = fields.get('hash')?.trim() ?? '';
  if (hash !== '') return hash;
  const file = fields.get('file') ?? '';
  return file === '' ? undefined : sha256(Buffer.from(file, 'latin1'));
};

type Words = (typeof wordings)[Locale];

const form = (words: Words): Html =>
  markup`<form method="post" enctype="multipart/form-data">
      <p><label>${words.file}<input type="file" name="file" accept="application/pdf" /></label></p>
      <p><label>${words.orHash}<input type="text" name="hash" maxlength="64" /></label></p>
      <div class="choices"><button class="main">${words.check}</button></div>
    </form>${{ html: `<script>${script}</script>` }}`;

const result = ({ match, chainProblem, isSealed, isKept }: Verification, words: Words): Html => {
  const said: readonly (readonly [boolean, string])[] = [
    [match !== ('NONE' satisfies Match), words.match[match]],
    [chainProblem === undefined, words.chain[`${chainProblem === undefined}`]],
    [isSealed, words.seal[`${isSealed}`]],
    [isKept, words.kept[`${isKept}`]],
  ];
  return markup`<dl role="status">${said.map(([holds, text]) => markup`<dd>${holds ? '✓' : '✗'} ${text}</dd>`)}</dl>`;
};

const answer = async (context: Context, signature: SignatureRow, status: number, body: Html): Promise<PageAnswer> => {
  const { name, colour } = await brandOf(context);
  const { country, timeZone } = context.actor;
  const { locale, subject, signer, endedAt = '' } = signature;
  const words = wordings[locale];
  const about = markup`<p><b>${subject}</b></p>
    <p class="quiet">${words.signedBy} ${signer.name} ${words.on} ${formatMoment(endedAt, { locale, country, timeZone })}</p>`;
  const page = webPage(status, { title: words.title, locale, sender: name, colour, body: markup`${about}${body}` });
  return { ...page, headers: pagePolicy({ script }) };
};
