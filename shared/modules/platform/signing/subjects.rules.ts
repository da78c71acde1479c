import type { Context, Locale, Registry } from '#kernel';
import type { SignatureRow } from './signature.entity.ts';

/** What is signed: the stored document of a record, with the hash of its bytes. */
export type SignedDocument = { readonly file: string; readonly sha256: string };

/**
 * Records whose documents are signed, under the extension point `signing.subjects`. `signed` and `declined` run in the very write
 * of the signature: what they refuse is not signed, so that exactly one acceptance wins.
 */
export type SigningSubject = {
  /** `quote`, `order`; `Signature.kind`. */
  readonly kind: string;
  /** The ids of its records begin so: `quo`. */
  readonly idPrefix: string;
  /** What is signed on a device of ours: the document of a record, made where there is none yet, and its heading. @throws INVALID_STATE */
  present(
    context: Context,
    id: string,
  ): Promise<{
    readonly document: SignedDocument;
    readonly subject: string;
    readonly locale: Locale;
    readonly owner?: string;
  }>;
  /** All have signed. */
  signed(context: Context, signature: SignatureRow): Promise<void>;
  /** Somebody declined, with `reason`. */
  declined?(context: Context, signature: SignatureRow): Promise<void>;
};

/** The extension point. */
export const signingSubjects = 'signing.subjects';

/** The subject of a kind; nothing when its module is not there. */
export const subjectOfKind = (registry: Registry, kind: string): SigningSubject | undefined =>
  (registry.contributions(signingSubjects) as readonly SigningSubject[]).find((each) => each.kind === kind);

/** The subject of a record. */
export const subjectOfRecord = (registry: Registry, id: string): SigningSubject | undefined =>
  (registry.contributions(signingSubjects) as readonly SigningSubject[]).find(({ idPrefix }) =>
    id.startsWith(`${idPrefix}_`),
  );
