import { DomainError, given, type Context, type Locale } from '#kernel';
import { queueMail } from '#modules/platform/mail-out';
import { bySystem, noteEvent, witnessOf } from './chain.operations.ts';
import { isAsked, Signature, type SignatureRow, type Signer } from './signature.entity.ts';
import { subjectOfKind, type SignedDocument } from './subjects.rules.ts';

/** The purpose of the link to the page on which one signs. */
export const signPurpose = 'sign';

/** Whose signature is asked for, and in which turn: those with the same step at once, later steps when all before have signed. */
export type AskedSigner = Signer & { readonly step?: number };

/** A document to be signed. */
export type SignatureOrder = {
  readonly about: string;
  /** The kind of a contributed `SigningSubject`. */
  readonly kind: string;
  readonly subject: string;
  readonly document: SignedDocument;
  readonly signers: readonly AskedSigner[];
  /** EMAIL_OTP when not said. */
  readonly authentication?: 'LINK' | 'EMAIL_OTP';
  readonly until: string;
  readonly locale: Locale;
  readonly owner?: string;
  /** False where another mail leads to the page: the one with the quote. */
  readonly mailed?: boolean;
};

/** Most people who sign one document. */
const mostSigners = 10;

/** Asks people to sign a document, in the caller's write. They get a mail with a link; later steps when their turn comes. @throws NO_SIGNER, NO_EMAIL, SUPPRESSED */
export const requestSignature = async (context: Context, order: SignatureOrder): Promise<readonly SignatureRow[]> => {
  assertAsked(context, order);
  const round = order.signers.map(() => context.ids.next(Signature.idPrefix));
  const first = Math.min(...order.signers.map(stepOf));
  const rows: SignatureRow[] = [];
  for (const [index, asked] of order.signers.entries()) {
    const waiting = openSignature(context, order, asked, { round, id: round[index] ?? '', status: 'WAITING' });
    rows.push(stepOf(asked) === first ? await askNow(context, waiting, order.mailed ?? true) : waiting);
  }
  return rows;
};

const stepOf = ({ step = 1 }: AskedSigner): number => step;

const assertAsked = ({ registry }: Context, { kind, signers }: SignatureOrder): void => {
  if (!subjectOfKind(registry, kind)) throw new Error(`No module says what becomes of a signed ${kind}.`);
  if (signers.length === 0 || signers.length > mostSigners)
    throw new DomainError('NO_SIGNER', `From one to ${String(mostSigners)} people sign a document.`, ['signers']);
  const without = signers.findIndex(({ email }) => email === undefined);
  if (without >= 0)
    throw new DomainError('NO_EMAIL', 'Who signs needs an e-mail address.', ['signers', without, 'email']);
};

type Opening = Omit<SignatureOrder, 'signers' | 'authentication' | 'mailed'> & {
  readonly authentication?: SignatureRow['authentication'];
};

type Place = { readonly round: readonly string[]; readonly id: string; readonly status: 'WAITING' | 'SENT' };

const openSignature = (
  context: Context,
  { about, kind, subject, document, until, locale, owner, authentication = 'EMAIL_OTP' }: Opening,
  { step = 1, ...signer }: AskedSigner,
  { id, ...place }: Place,
): SignatureRow => {
  const row = context.trusted(Signature).create(
    {
      ...given({ about, kind, subject, locale, authentication, owner }),
      ...{ document: document.file, documentSha256: document.sha256, openUntil: until, signer },
      ...{ ...place, step, linkRound: 1, chainLength: 0, chainHead: '' },
    },
    { id },
  );
  return noteEvent(context, row, 'REQUESTED', witnessOf(context), { documentSha256: document.sha256, authentication });
};

/** Puts a document before somebody who is here. */
export const presentNow = (context: Context, order: Opening, signer: Signer): SignatureRow => {
  const id = context.ids.next(Signature.idPrefix);
  return openSignature(context, order, signer, { id, round: [id], status: 'SENT' });
};

/** The turn of a signature has come: its signer gets the mail, unless another one leads there. */
export const askNow = async (context: Context, signature: SignatureRow, mailed: boolean): Promise<SignatureRow> => {
  if (mailed) await mailLink(context, signature);
  const noted = noteEvent(context, signature, 'SENT', bySystem, { to: signature.signer.email ?? '' });
  return context.trusted(Signature).move(noted, 'SENT', { sentAt: context.clock.instant() });
};

/** Mails the signer the link in force. */
export const mailLink = async (context: Context, signature: SignatureRow): Promise<void> => {
  const { id, signer, subject, locale, openUntil, about, owner } = signature;
  await queueMail(context, {
    to: [signer.email ?? ''],
    template: 'signature-request',
    locale,
    data: { name: signer.name, subject, until: openUntil },
    record: about,
    links: [{ name: 'open', purpose: signPurpose, record: id, until: openUntil, nonce: String(signature.linkRound) }],
    ...given({ owner }),
  });
};

/** Mails the link once more. */
export const remind = async (context: Context, signature: SignatureRow): Promise<SignatureRow> => {
  await mailLink(context, signature);
  return noteEvent(context, signature, 'REMINDED', witnessOf(context), { to: signature.signer.email ?? '' });
};

/** Those of a record that can still be signed, as they are now. */
const openSignaturesOf = async ({ trusted }: Context, about: string): Promise<readonly SignatureRow[]> => {
  const { rows } = await trusted(Signature).page('byRecord', { of: about, first: 100, open: true });
  const found = await trusted(Signature).getMany(rows.map(({ id }) => id));
  return [...found.values()].filter(({ status }) => isAsked(status));
};

/** Ends what can still be signed of a record that no longer stands: cancelled, replaced, accepted in another way. */
export const cancelSignatures = async (context: Context, about: string, reason: string, except = ''): Promise<void> => {
  for (const row of await openSignaturesOf(context, about))
    if (row.id !== except) cancelSignature(context, row, reason);
};

/** Takes one request back. */
export const cancelSignature = (context: Context, row: SignatureRow, reason: string): SignatureRow =>
  context.trusted(Signature).move(noteEvent(context, row, 'CANCELLED', witnessOf(context), { reason }), 'CANCELLED', {
    endedAt: context.clock.instant(),
    reason,
  });
