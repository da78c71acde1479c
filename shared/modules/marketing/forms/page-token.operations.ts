import type { Context } from '#kernel';
import { openLink, signLink } from '#kernel/signed-links';

const purpose = 'form-page';
/** How long a page may stay open before it is sent. */
const validSeconds = 24 * 3600;

/** The token of a form as it is shown once: who sends it twice has sent it once. */
export const issuePageToken = async ({ ports, actor, clock, ids }: Context, form: string): Promise<string> => {
  const until = new Date(clock.now().getTime() + validSeconds * 1000).toISOString();
  return signLink(await ports.secrets.get('signing'), {
    ...{ purpose, tenant: actor.tenant, record: form, until },
    nonce: ids.next('pag'),
  });
};

/** A page as it was shown: its name, and how long ago that was. */
export type PageShown = { readonly nonce: string; readonly seconds: number };

/** The page that a token was issued for; undefined when it is of another form or tenant. @throws LINK_INVALID, LINK_EXPIRED */
export const openPageToken = async (
  { ports, actor, clock }: Context,
  form: string,
  token: string,
): Promise<PageShown | undefined> => {
  const { tenant, record, until, nonce } = openLink(await ports.secrets.get('signing'), purpose, token, clock.now());
  if (tenant !== actor.tenant || record !== form || nonce === undefined) return undefined;
  return { nonce, seconds: validSeconds - (Date.parse(until) - clock.now().getTime()) / 1000 };
};
