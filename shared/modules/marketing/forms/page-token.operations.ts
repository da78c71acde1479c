import { createHash } from 'node:crypto';
import type { Context } from '#kernel';
import { openLink, signLink } from '#kernel/signed-links';
import type { FormRow } from './form.entity.ts';

const purpose = 'form-page';
/** How long a page may stay open before it is sent. */
const validSeconds = 24 * 3600;

/** What a form asks people to agree to, word for word: proof is of what was shown, not of what stands there by now. */
const editionOf = ({ fields }: FormRow): string => {
  const asked = fields.flatMap(({ key, consent }) => {
    if (!consent) return [];
    const { purpose, channels, wording, version } = consent;
    return [[key, purpose, channels, wording.es, wording.en, version]];
  });
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
};

/** The token of a form as it is shown once: who sends it twice has sent it once. */
export const issuePageToken = async ({ ports, actor, clock, ids }: Context, form: FormRow): Promise<string> => {
  const until = new Date(clock.now().getTime() + validSeconds * 1000).toISOString();
  return signLink(await ports.secrets.get('signing'), {
    ...{ purpose, tenant: actor.tenant, record: form.id, until },
    nonce: `${ids.next('pag')} ${editionOf(form)}`,
  });
};

/** A page as it was shown: its name, how long ago that was, and whether it asked for what the form asks for now. */
export type PageShown = { readonly nonce: string; readonly seconds: number; readonly isCurrent: boolean };

/** The page that a token was issued for; undefined when it is of another form or tenant. @throws LINK_INVALID, LINK_EXPIRED */
export const openPageToken = async (
  { ports, actor, clock }: Context,
  form: FormRow,
  token: string,
): Promise<PageShown | undefined> => {
  const { tenant, record, until, nonce } = openLink(await ports.secrets.get('signing'), purpose, token, clock.now());
  if (tenant !== actor.tenant || record !== form.id || nonce === undefined) return undefined;
  const seconds = validSeconds - (Date.parse(until) - clock.now().getTime()) / 1000;
  return { nonce, seconds, isCurrent: nonce.split(' ')[1] === editionOf(form) };
};
