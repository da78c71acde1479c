import type { Context } from '#kernel';
import { generalPurpose } from '#modules/platform/mail-out';
import { isLinkOver } from './consent-mail.operations.ts';
import { ConsentProof, type ConsentProofRow } from './consent.entity.ts';
import { pendingOf, proofOf, standingOf, type About, type Wording } from './consent.operations.ts';

type Claim = Wording & Pick<ConsentProofRow, 'source'> & { readonly askedAt?: string };

/**
 * Notes what somebody else may have said in a person's name: nothing is allowed before the person confirms it, and what the person
 * has said stands: who said no may be asked, and has said no until then. Answers whether there is something to confirm of which the
 * person was not asked lately. A no to the channel as such is left as it is, since by its last change it counts against later words.
 */
export const claimConsent = async (context: Context, asked: About, said: Claim): Promise<boolean> => {
  if ((await standingOf(context, asked)).allowed) return false;
  const { id, found, values } = await proofOf(context, asked, said);
  if (found) return claimAgain(context, found, said);
  context.trusted(ConsentProof).create(values, { id });
  return true;
};

const claimAgain = (context: Context, found: ConsentProofRow, { askedAt, ...said }: Claim): boolean => {
  const isPending = found.status === 'PENDING';
  if (askedAt === undefined || !isLinkOver(found.askedAt, askedAt)) return false;
  if (!isPending && found.purpose === generalPurpose) return false;
  if (isPending) pendingOf(context, found, { ...said, askedAt });
  else context.trusted(ConsentProof).update(found, { askedAt });
  return true;
};
