import { DomainError, given, type Context } from '#kernel';
import { noteEvent, type Witness } from './chain.operations.ts';
import { mailLink } from './request.operations.ts';
import { assertOpen } from './sign.operations.ts';
import { Signature, type SignatureRow } from './signature.entity.ts';
import { askerOf, tellByMail } from './told.operations.ts';

/** How often it may be handed on. */
const mostLinks = 5;

/** Hands a signature to somebody else, who gets a link of their own: the one before it works no more. Who signed till then and who asked for it are told. @throws DELEGATION_LIMIT, SUPPRESSED */
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
  await tellOfDelegation(context, signature, to);
  return delegated;
};

/** Whoever did not hand it on learns that somebody did. */
const tellOfDelegation = async (
  context: Context,
  signature: SignatureRow,
  to: { readonly name: string; readonly email: string },
): Promise<void> => {
  const { signer, subject, locale, about, owner } = signature;
  const asker = await askerOf(context, signature);
  const told = new Map([asker, signer].flatMap((each) => (each?.email === undefined ? [] : [[each.email, each.name]])));
  for (const [address, name] of told)
    await tellByMail(context, {
      ...{ to: [address], template: 'signature-delegated', locale, record: about },
      data: { name, subject, from: signer.name, to: to.name, address: to.email },
      ...given({ owner }),
    });
};
