import type { Context } from '#kernel';
import { ConsentProof } from './consent.entity.ts';
import { decideConsent, proofOf, type About, type Wording } from './consent.operations.ts';

/** What is said now, and where. */
type SaidThere = Wording & { readonly source: { readonly how: 'OTHER'; readonly where: string } };

/**
 * A person takes back a no, where it was said: who had allowed it before allows it again, of others nothing is known. A no that was
 * said elsewhere, before or since, stands.
 */
export const unsayConsent = async (context: Context, asked: About, said: SaidThere): Promise<void> => {
  const { found, values } = await proofOf(context, asked, said);
  if (found?.source?.where !== said.source.where) return;
  const { status } = found;
  if (status === 'WITHDRAWN') decideConsent(context, found, true, values);
  if (status === 'REFUSED')
    context.trusted(ConsentProof).move(found, 'PENDING', values, { event: 'consentProof.updated' });
};
