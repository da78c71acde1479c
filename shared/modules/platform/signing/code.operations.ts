import { randomUUID, timingSafeEqual } from 'node:crypto';
import { DomainError, given, type Context } from '#kernel';
import { codePurpose, oneTimeCode } from '#modules/platform/links';
import { queueMail } from '#modules/platform/mail-out';
import { noteEvent, type Witness } from './chain.operations.ts';
import type { SignatureRow } from './signature.entity.ts';
import { SigningCode, signingCodeId, type SigningCodeRow } from './signing-code.entity.ts';

/** Minutes that a code counts, times that it may be tried, and codes for one link: the first and three more (domain 4). */
const codeMinutes = 10;
const mostTries = 5;
const mostCodes = 4;

/** The code of the link in force, if one was sent. */
export const codeOf = ({ trusted }: Context, { id, linkRound }: SignatureRow): Promise<SigningCodeRow | undefined> =>
  trusted(SigningCode).find(signingCodeId(id, linkRound));

/** Whether another one may be sent. */
export const maySendCode = (code: SigningCodeRow | undefined): boolean => (code?.sent ?? 0) < mostCodes;

/** Mails the signer a new code; the one before it counts no more. @throws CODE_LIMIT, SUPPRESSED */
export const sendCode = async (context: Context, signature: SignatureRow, witness: Witness): Promise<SignatureRow> => {
  const before = await codeOf(context, signature);
  if (!maySendCode(before)) throw new DomainError('CODE_LIMIT', 'No more codes are sent for this link.');
  const code = renew(context, signature, before);
  const { signer, subject, locale, about, owner } = signature;
  await queueMail(context, {
    to: [signer.email ?? ''],
    template: 'signature-code',
    locale,
    data: { name: signer.name, subject },
    record: about,
    links: [{ name: 'code', purpose: codePurpose, record: signature.id, until: code.until, nonce: code.salt }],
    ...given({ owner }),
  });
  return noteEvent(context, signature, 'CODE_SENT', witness, { to: signer.email ?? '', number: String(code.sent) });
};

const renew = (
  { trusted, clock }: Context,
  { id, linkRound }: SignatureRow,
  before: SigningCodeRow | undefined,
): SigningCodeRow => {
  const until = new Date(clock.now().getTime() + codeMinutes * 60_000).toISOString();
  const fresh = { salt: randomUUID(), until, tries: 0 };
  return before
    ? trusted(SigningCode).update(before, { ...fresh, sent: before.sent + 1 })
    : trusted(SigningCode).create(
        { signature: id, linkRound, sent: 1, ...fresh },
        { id: signingCodeId(id, linkRound) },
      );
};

/** Why a code is not taken. */
export type CodeProblem = 'CODE_MISSING' | 'CODE_EXPIRED' | 'CODE_TRIES' | 'CODE_WRONG';

/** Tries a code. A wrong one is counted and stands in the chain, which the caller must let be written; a right one is used up by the signature. */
export const tryCode = async (
  context: Context,
  signature: SignatureRow,
  typed: string,
  witness: Witness,
): Promise<{ readonly signature: SignatureRow; readonly problem?: CodeProblem }> => {
  const code = await codeOf(context, signature);
  if (!code) return { signature, problem: 'CODE_MISSING' };
  const problem = await problemWith(context, code, typed);
  if (problem === undefined) return { signature: noteEvent(context, signature, 'CODE_ACCEPTED', witness) };
  if (problem === 'CODE_WRONG') context.trusted(SigningCode).update(code, { tries: code.tries + 1 });
  return { signature: noteEvent(context, signature, 'CODE_REFUSED', witness, { why: problem }), problem };
};

const problemWith = async (context: Context, code: SigningCodeRow, typed: string): Promise<CodeProblem | undefined> => {
  if (code.until <= context.clock.instant()) return 'CODE_EXPIRED';
  if (code.tries >= mostTries) return 'CODE_TRIES';
  const wanted = await oneTimeCode(context, { record: code.signature, nonce: code.salt });
  const digits = typed
    .replace(/\D/g, '')
    .padEnd(wanted.length, ' ')
    .slice(0, wanted.length + 1);
  const isSame = digits.length === wanted.length && timingSafeEqual(Buffer.from(digits), Buffer.from(wanted));
  return isSame ? undefined : 'CODE_WRONG';
};
