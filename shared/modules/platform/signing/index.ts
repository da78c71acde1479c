import { module } from '#kernel';
import { privacyKeeps } from '#modules/platform/privacy';
import { keptSignatures } from './keep.rules.ts';
import { signingTemplates } from './mail-templates.rules.ts';
import { SignatureEvent } from './signature-event.entity.ts';
import { Signature } from './signature.entity.ts';
import { SigningCode } from './signing-code.entity.ts';

/** Electronic signatures under documents of any module: the request, the page, the evidence, and the proof afterwards. */
export const signing = module('platform/signing', {
  entities: [Signature, SignatureEvent, SigningCode],
  contributes: { 'mail-templates': signingTemplates, [privacyKeeps]: keptSignatures },
});
export { canonicalJson, chainedHash, chainProblem, sha256, type Link } from './chain.rules.ts';
export {
  cancelSignatures,
  openSignaturesOf,
  requestSignature,
  signPurpose,
  type AskedSigner,
  type SignatureOrder,
} from './request.operations.ts';
export { SignatureEvent, type SignatureEventRow } from './signature-event.entity.ts';
export { Signature, type SignatureRow, type Signer } from './signature.entity.ts';
export { signingSubjects, type SignedDocument, type SigningSubject } from './subjects.rules.ts';
