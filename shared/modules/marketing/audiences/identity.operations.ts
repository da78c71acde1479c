import { given, type Context } from '#kernel';
import type { AdAudienceRow } from './ad-audience.entity.ts';
import { hashesFor, type Hashes } from './identities.rules.ts';

/** By what a platform knows a person now; nothing of whom there is no more. */
export const identityOf = async (
  context: Context,
  platform: AdAudienceRow['platform'],
  subject: string,
): Promise<Hashes> => {
  const person = (await context.records([subject])).get(subject);
  const { email, phone } = (person ?? {}) as { readonly email?: string; readonly phone?: string };
  return hashesFor(platform, given({ email, phone }));
};
