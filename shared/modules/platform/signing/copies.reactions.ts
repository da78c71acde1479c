import { given, reaction, type Context } from '#kernel';
import { verifyLink } from './verify-link.rules.ts';
import { Signature, type SignatureRow } from './signature.entity.ts';
import { askerOf, tellByMail } from './told.operations.ts';

export const sendSignedCopies = reaction('sendSignedCopies', {
  describes: 'Mails the signed document with its evidence to who signed, and to who asked for it.',
  on: ['signature.signed'],
  run: async (event, context) => {
    const signature = await context.trusted(Signature).find(event.record.id);
    if (signature?.status !== 'SIGNED') return;
    const owner = await askerOf(context, signature);
    const { signer } = signature;
    if (signer.email !== undefined) await sendCopy(context, signature, { name: signer.name, email: signer.email });
    if (owner && owner.email !== signer.email) await sendCopy(context, signature, owner);
  },
});

const sendCopy = async (
  context: Context,
  signature: SignatureRow,
  { name, email }: { readonly name: string; readonly email: string },
): Promise<void> => {
  const { subject, signer, document, evidence, about, owner, locale, endedAt: at = '' } = signature;
  await tellByMail(context, {
    to: [email],
    template: 'signature-copy',
    locale,
    data: { name, subject, signer: signer.name, at },
    record: about,
    attachments: [document, ...(evidence === undefined ? [] : [evidence])],
    links: [{ name: 'open', ...verifyLink(signature) }],
    ...given({ owner }),
  });
};
