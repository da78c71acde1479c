import { DomainError, given, type Context } from '#kernel';
import { noteEvent, type Witness } from './chain.operations.ts';
import { mailLink } from './request.operations.ts';
import { assertOpen } from './sign.operations.ts';
import { Signature, type SignatureRow } from './signature.entity.ts';

/** How often it may be handed on. */
const mostLinks = 5;

/** Hands a signature to somebody else, who gets a link of their own: the one before it works no more. @throws DELEGATION_LIMIT, SUPPRESSED */
export const delegate = async (
  context: Context,
  signature: SignatureRow,
  to: { readonly name: string; readonly email: string },
  witness: Witness,
): Promise<SignatureRow> => {
  assertOpen(context, signature);
  if (signature.linkRound >= mostLinks)
    throw new DomainError('DELEGATION_LIMIT', 'It was handed on too often; ask who sent it.');
  const noted = noteEvent(context, signature, 'DELEGATED', witness, {
    ...given({ from: signature.signer.name, fromEmail: signature.signer.email }),
    ...{ to: to.name, toEmail: to.email },
  });
  const changes = { signer: to, linkRound: signature.linkRound + 1 };
  const delegated = context.trusted(Signature).update(noted, changes, { event: 'signature.delegated' });
  await mailLink(context, delegated);
  return delegated;
};
