import { module } from '#kernel';
import { privacyKeeps } from '#modules/platform/privacy';
import { sendSignedCopies } from './copies.reactions.ts';
import { keptSignatures } from './keep.rules.ts';
import { signingTemplates } from './mail-templates.rules.ts';
import { SignatureEvent } from './signature-event.entity.ts';
import { Signature } from './signature.entity.ts';
import {
  cancelSignatureRequest,
  remindSigner,
  requestSignatures,
  signatureConsent,
  signOnDevice,
  verifySignature,
} from './signature.operations.ts';
import { expireSignature } from './signature.reactions.ts';
import { SigningCode } from './signing-code.entity.ts';
import { signingPage } from './signing-page.operations.ts';
import { verifyPage } from './verify-page.operations.ts';

/** Electronic signatures under documents of any module: the request, the page, the evidence, and the proof afterwards. */
export const signing = module('platform/signing', {
  entities: [Signature, SignatureEvent, SigningCode],
  operations: [
    requestSignatures,
    signatureConsent,
    signOnDevice,
    cancelSignatureRequest,
    remindSigner,
    verifySignature,
  ],
  reactions: [sendSignedCopies],
  timers: [expireSignature],
  pages: [signingPage, verifyPage],
  contributes: {
    'mail-templates': signingTemplates,
    [privacyKeeps]: keptSignatures,
    'role-grants': [{ roles: ['support'], withholds: ['signature.request', 'signature.witness'] }],
  },
});
export { canonicalJson, sha256 } from './chain.rules.ts';
export { cancelSignatures, requestSignature, type AskedSigner, type SignatureOrder } from './request.operations.ts';
export { SignatureEvent, type SignatureEventRow } from './signature-event.entity.ts';
export { Signature, type SignatureRow, type Signer } from './signature.entity.ts';
export { signPageOf } from './sign-link.operations.ts';
export { signingSubjects, type SignedDocument, type SigningSubject } from './subjects.rules.ts';
