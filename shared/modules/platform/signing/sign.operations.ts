import { DomainError, given, type Context } from '#kernel';
import { fileKey, storeFile, type FileRow } from '#modules/platform/files';
import { isWholePng } from '#modules/platform/pdf';
import { noteEvent, type Witness } from './chain.operations.ts';
import { sha256 } from './chain.rules.ts';
import { consentIn } from './consent.rules.ts';
import { storeEvidence } from './evidence.operations.ts';
import { askNow, cancelSignature } from './request.operations.ts';
import { sealOf } from './seal.operations.ts';
import { isAsked, Signature, type SignatureRow } from './signature.entity.ts';
import { subjectOfKind } from './subjects.rules.ts';

/** How the signer signs: with the written name, or a drawing (PNG in base64), which then stands for it. */
export type Given = { readonly name: string; readonly image?: string };

/** Bytes of a drawing, at most. */
const mostImageBytes = 200_000;

/** @throws ALREADY_ENDED, SIGNATURE_EXPIRED */
export const assertOpen = ({ clock }: Context, { status, openUntil }: SignatureRow): void => {
  if (!isAsked(status)) throw new DomainError('ALREADY_ENDED', `This is ${status.toLowerCase()} already.`);
  if (openUntil <= clock.instant()) throw new DomainError('SIGNATURE_EXPIRED', 'It could be signed until its end.');
};

/**
 * Takes a signature: the stored document must still be the one that was shown; then come the chain's last events, the seal over
 * document and chain, the evidence, and what the module of the record does about it, all in one write.
 * @throws ALREADY_ENDED, SIGNATURE_EXPIRED, DOCUMENT_CHANGED, PICTURE_INVALID, and what the subject refuses
 */
export const sign = async (
  context: Context,
  signature: SignatureRow,
  how: Given,
  witness: Witness,
): Promise<SignatureRow> => {
  assertOpen(context, signature);
  await assertUnchanged(context, signature);
  const at = context.clock.instant();
  const { text: _text, ...consent } = consentIn(signature.locale);
  const drawing = how.image === undefined ? undefined : await storeDrawing(context, signature, how.image);
  const shown = representationOf(how, drawing);
  const consented = noteEvent(context, signature, 'CONSENTED', witness, consent);
  const chained = noteEvent(context, consented, 'SIGNED', witness, {
    ...given({ documentSha256: signature.documentSha256, typedName: shown.typedName, imageSha256: shown.imageSha256 }),
    representation: shown.representation,
  });
  const seal = await sealOf(context, { pdfSha256: chained.documentSha256, chainHead: chained.chainHead });
  const complete = { ...chained, ...shown, consent, seal, endedAt: at };
  const evidence = await storeEvidence(context, complete, drawing?.bytes);
  const signed = context
    .trusted(Signature)
    .move(chained, 'SIGNED', { ...shown, ...evidence, consent, seal, endedAt: at });
  await goOn(context, signed);
  return signed;
};

const assertUnchanged = async (
  { ports, actor }: Context,
  { document, documentSha256 }: SignatureRow,
): Promise<void> => {
  const bytes = await ports.files.get(fileKey(actor.tenant, document));
  if (!bytes || sha256(bytes) !== documentSha256)
    throw new DomainError('DOCUMENT_CHANGED', 'The stored document is not the one that was shown.');
};

type Drawing = { readonly file: FileRow; readonly bytes: Buffer };

const representationOf = ({ name }: Given, drawing: Drawing | undefined) =>
  drawing
    ? {
        representation: 'DRAWN' as const,
        typedName: name,
        image: drawing.file.id,
        imageSha256: sha256(drawing.bytes),
      }
    : { representation: 'TYPED' as const, typedName: name };

const storeDrawing = async (context: Context, { id }: SignatureRow, image: string): Promise<Drawing> => {
  const bytes = Buffer.from(image.replace(/^data:image\/png;base64,/, ''), 'base64');
  if (bytes.length > mostImageBytes || !isWholePng(bytes))
    throw new DomainError('PICTURE_INVALID', 'The drawn signature is no PNG of at most 200 KB.', ['image']);
  const file = await storeFile(context, { name: 'signature.png', contentType: 'image/png', body: bytes, record: id });
  return { file, bytes };
};

/**
 * What follows in the round: the next step is asked, or all have signed who are still asked to. Those who sign at once see each
 * other by `hold`.
 */
const goOn = async (context: Context, ended: SignatureRow): Promise<void> => {
  const others = await othersOf(context, ended);
  const missing = others.filter(({ status }) => status !== 'SIGNED' && status !== 'CANCELLED');
  if (missing.length === 0) return allHaveSigned(context, [ended, ...others]);
  const step = Math.min(...missing.map((each) => each.step));
  for (const row of missing) if (row.step === step && row.status === 'WAITING') await askNow(context, row, true);
};

/** The last signature stands for all; where none was given nothing is signed. */
const allHaveSigned = async (context: Context, round: readonly SignatureRow[]): Promise<void> => {
  const signed = round.filter(({ status }) => status === 'SIGNED');
  const last = signed.toSorted((one, other) => ((one.endedAt ?? '') < (other.endedAt ?? '') ? -1 : 1)).at(-1);
  if (last) await subjectFor(context, last).signed(context, last);
};

/** Takes one request back: the round goes on without it, and is complete when all others have signed. */
export const withdraw = async (context: Context, signature: SignatureRow, reason: string): Promise<SignatureRow> => {
  const cancelled = cancelSignature(context, signature, reason);
  await goOn(context, cancelled);
  return cancelled;
};

const othersOf = async ({ trusted }: Context, { id, round }: SignatureRow): Promise<readonly SignatureRow[]> => {
  const found = await trusted(Signature).getMany(round.filter((other) => other !== id));
  const others = [...found.values()];
  for (const other of others) trusted(Signature).hold(other);
  return others;
};

const subjectFor = ({ registry }: Context, { kind }: SignatureRow) => {
  const subject = subjectOfKind(registry, kind);
  if (!subject) throw new Error(`No module says what becomes of a signed ${kind}.`);
  return subject;
};

/** Notes that somebody will not sign: nobody else needs to, and the module of the record hears of it. */
export const decline = async (
  context: Context,
  signature: SignatureRow,
  reason: string,
  witness: Witness,
): Promise<SignatureRow> => {
  assertOpen(context, signature);
  const noted = noteEvent(context, signature, 'DECLINED', witness, { reason });
  const ended = { endedAt: context.clock.instant(), reason };
  const declined = context.trusted(Signature).move(noted, 'DECLINED', ended);
  for (const other of await othersOf(context, signature))
    if (isAsked(other.status)) cancelSignature(context, other, reason);
  await subjectFor(context, declined).declined?.(context, declined);
  return declined;
};
