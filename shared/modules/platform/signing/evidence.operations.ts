import { given, type Context } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { storeFile } from '#modules/platform/files';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { User } from '#modules/platform/users';
import { eventsOf } from './chain.operations.ts';
import { sha256 } from './chain.rules.ts';
import { evidenceDocument } from './evidence.rules.ts';
import { sealKey } from './seal.operations.ts';
import { verifyLink } from './verify-link.rules.ts';
import type { SignatureRow } from './signature.entity.ts';

/** Makes the evidence of a signature as it is about to be written, and stores it. */
export const storeEvidence = async (
  context: Context,
  signature: SignatureRow,
  drawing: Uint8Array | undefined,
): Promise<{ readonly evidence: string; readonly evidenceSha256: string }> => {
  const { actor } = context;
  const [events, publicKey, letterhead] = await Promise.all([
    eventsOf(context, signature),
    sealKey(context),
    letterheadOf(context),
  ]);
  const names = await namesOf(
    context,
    events.map(({ by }) => by),
  );
  const model = evidenceDocument(
    signature,
    given({ events, names, publicKey, drawing, check: await checkOf(context, signature) }),
  );
  const { locale } = signature;
  const body = await renderDocument(model, letterhead, { locale, country: actor.country, timeZone: actor.timeZone });
  const name = `${signature.subject.replaceAll('/', '-').slice(0, 80)} - ${evidenceNames[locale]}.pdf`;
  const file = await storeFile(context, { name, contentType: 'application/pdf', body, record: signature.id });
  return { evidence: file.id, evidenceSha256: sha256(body) };
};

/** The address of the page that proves the document, also for a camera. */
const checkOf = async (context: Context, signature: SignatureRow) => {
  const url = await linkTo(context, verifyLink(signature));
  const { default: qrCode } = await import('qrcode');
  return { url, code: await qrCode.toBuffer(url, { errorCorrectionLevel: 'L', margin: 0, scale: 3 }) };
};

const evidenceNames = { es: 'evidencia', en: 'evidence' } as const;

const namesOf = async ({ trusted }: Context, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const people = await trusted(User).getMany([...new Set(ids)]);
  return new Map([...people.values()].map(({ id, name }) => [id, name]));
};
