import {
  boolean,
  choice,
  defaulted,
  DomainError,
  given,
  integer,
  list,
  longText,
  mayTouch,
  mutation,
  object,
  optional,
  query,
  record,
  recordInput,
  records,
  ref,
  signedIn,
  text,
  type Context,
} from '#kernel';
import { witnessOf } from './chain.operations.ts';
import { consentIn } from './consent.rules.ts';
import { cancelSignatures, presentNow, remind, requestSignature } from './request.operations.ts';
import { sign, withdraw } from './sign.operations.ts';
import { Signature, signerFields, type SignatureRow } from './signature.entity.ts';
import { subjectOfRecord } from './subjects.rules.ts';
import { verify } from './verification.operations.ts';

const signed = ref('*', { describes: 'The quote, order, contract or other record whose document is signed.' });

/** The kind of a record and its document, where the caller may change the record. @throws NOT_FOUND, NOT_SIGNABLE, FORBIDDEN */
const presented = async (context: Context, id: string) => {
  const row = (await context.records([id])).get(id);
  if (!row) throw new DomainError('NOT_FOUND', `There is no record ${id}.`, ['record']);
  const of = [...context.registry.entities.values()].find(({ idPrefix }) => id.startsWith(`${idPrefix}_`));
  const subject = subjectOfRecord(context.registry, id);
  if (!of || !subject) throw new DomainError('NOT_SIGNABLE', 'Such a record has no document to be signed.', ['record']);
  if (!mayTouch(context.actor, of, row, 'update'))
    throw new DomainError('FORBIDDEN', 'You may not have this record signed.', ['record']);
  return { kind: subject.kind, ...(await subject.present(context, id)) };
};

const days = (context: Context, count: number): string =>
  new Date(context.clock.now().getTime() + count * 86_400_000).toISOString();

export const requestSignatures = mutation('requestSignatures', {
  describes:
    'Asks people to sign the document of a record, by mail with a personal link: all at once, or step by step. It is signed once all have signed.',
  needs: 'signature.request',
  input: {
    record: signed,
    signers: list(
      object('SignerToAsk', {
        ...signerFields,
        step: optional(
          integer({
            min: 1,
            max: 20,
            describes: 'The turn: lower ones sign before higher ones are asked; 1 when absent.',
          }),
        ),
      }),
      { max: 10, describes: 'Who signs.' },
    ),
    authentication: defaulted(
      choice(['LINK', 'EMAIL_OTP'], {
        named: 'SignatureRequestAuthentication',
        describes: 'By the link alone, or by a code to the address as well.',
      }),
      'EMAIL_OTP',
    ),
    days: defaulted(integer({ min: 1, max: 365, describes: 'For how many days it can be signed.' }), 30),
  },
  returns: { signatures: records(Signature, 'One for each signer, in their order.') },
  fails: ['NO_SIGNER', 'NO_EMAIL', 'NOT_SIGNABLE', 'SUPPRESSED'],
  run: async ({ record: about, signers, authentication, days: count }, context) => {
    const { kind, document, subject, locale, owner } = await presented(context, about);
    const order = { about, kind, document, subject, locale, signers, authentication, until: days(context, count) };
    return { signatures: await requestSignature(context, { ...order, ...given({ owner }) }) };
  },
});

export const signatureConsent = query('signatureConsent', {
  describes: 'The text that a signer agrees to, for a device on which somebody signs.',
  needs: signedIn,
  input: {
    locale: choice(['es', 'en'], { named: 'Locale', describes: 'In which language.' }),
  },
  returns: {
    id: text({ max: 40, describes: 'Which version of the text.' }),
    text: longText({ describes: 'What is to be shown.' }),
    sha256: text({ max: 64, describes: 'SHA-256 of the text, in hex.' }),
  },
  run: ({ locale }) => Promise.resolve(consentIn(locale)),
});

export const signOnDevice = mutation('signOnDevice', {
  describes:
    'Takes the signature of somebody who stands before the caller: drawn on the caller’s device under the document of a record. The caller stands as the witness in its evidence. What else was asked for under that document is taken back.',
  needs: 'signature.witness',
  input: {
    record: signed,
    signer: object('SignerOnDevice', signerFields, { describes: 'Who signs.' }),
    strokes: longText({ max: 300_000, describes: 'The drawn signature: a PNG in base64, at most 200 KB.' }),
    consent: boolean({
      describes: 'Whether the signer was shown the text of `signatureConsent` and agreed: must be true.',
    }),
  },
  returns: Signature,
  fails: ['NOT_SIGNABLE', 'CONSENT_MISSING', 'PICTURE_INVALID', 'DOCUMENT_CHANGED'],
  run: async ({ record: about, signer, strokes, consent }, context) => {
    if (!consent) throw new DomainError('CONSENT_MISSING', 'The signer must agree.', ['consent']);
    const { kind, document, subject, locale, owner } = await presented(context, about);
    const order = { about, kind, subject, document, locale, until: days(context, 1), ...given({ owner }) };
    const asked = presentNow(context, { ...order, authentication: 'ON_DEVICE' }, signer);
    await cancelSignatures(context, about, 'Signed on a device.', asked.id);
    return sign(context, asked, { name: signer.name, image: strokes }, witnessOf(context));
  },
});

export const cancelSignatureRequest = mutation('cancelSignatureRequest', {
  describes:
    'Takes a request for a signature back; its link works no more. The others who were asked go on without it: when they have all signed, the document is signed.',
  needs: 'signature.request',
  input: {
    ...recordInput('Signature'),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: Signature,
  run: async ({ id, reason }, context) => withdraw(context, await context.data(Signature).get(id), reason),
});

export const remindSigner = mutation('remindSigner', {
  describes: 'Mails the signer the link once more.',
  needs: 'signature.request',
  input: recordInput('Signature'),
  returns: Signature,
  fails: ['SUPPRESSED'],
  run: async ({ id }, context) => {
    const signature = await context.data(Signature).get(id);
    if (signature.status !== 'SENT' && signature.status !== 'OPENED')
      throw new DomainError('INVALID_STATE', `It is ${signature.status}; nobody is asked now.`, ['id']);
    return remind(context, signature);
  },
});

export const verifySignature = query('verifySignature', {
  describes:
    'Proves a signature: whether a document is the one that was signed, and whether chain, seal and archive still hold.',
  needs: 'signature.read',
  input: {
    id: ref('Signature', { describes: 'Which one.' }),
    sha256: text({ max: 64, describes: 'SHA-256 of the document that one holds, in hex.' }),
  },
  returns: {
    signature: record(Signature, 'The signature.'),
    match: choice(['DOCUMENT', 'EVIDENCE', 'NONE'], { named: 'SignatureMatch', describes: 'What the document is.' }),
    chainProblem: optional(
      text({ max: 200, describes: 'What is wrong with the chain of events; absent when it is whole.' }),
    ),
    isSealed: boolean({ describes: 'Whether the seal over document and chain is ours.' }),
    isKept: boolean({ describes: 'Whether the archived document is still the one that was signed.' }),
  },
  run: async ({ id, sha256 }, context) => {
    const signature: SignatureRow = await context.data(Signature).get(id);
    const { match, chainProblem, isSealed, isKept } = await verify(context, signature, sha256);
    return { signature, match, isSealed, isKept, ...given({ chainProblem }) };
  },
});
