import { DomainError, type Context } from '#kernel';
import { openLink, signLink } from '#kernel/signed-links';

const day = 86_400_000;
const purposes = { visitor: 'visitor', mailLink: 'site-link' } as const;
const validDays = { visitor: 395, mailLink: 180 } as const;
type Kind = keyof typeof purposes;

/** The value of a visitor's cookie, or what a link in a mail to one person adds to an address of one site. */
export const issueVisitToken = async (
  { ports, actor, clock }: Context,
  kind: Kind,
  record: string,
  site: string,
): Promise<string> => {
  const until = new Date(clock.now().getTime() + validDays[kind] * day).toISOString();
  const link = { purpose: purposes[kind], tenant: actor.tenant, record, until, nonce: site };
  return signLink(await ports.secrets.get('signing'), link);
};

/** The record that such a token names; undefined when it is none of this tenant, or its time is over. */
export const openVisitToken = async (
  { ports, actor, clock }: Context,
  kind: Kind,
  token: string,
): Promise<{ readonly record: string; readonly site: string | undefined } | undefined> => {
  if (token === '') return undefined;
  try {
    const { tenant, record, nonce } = openLink(await ports.secrets.get('signing'), purposes[kind], token, clock.now());
    return tenant === actor.tenant ? { record, site: nonce } : undefined;
  } catch (error) {
    // A cookie may be old or anything at all: then there is no known visitor.
    if (error instanceof DomainError || error instanceof SyntaxError) return undefined;
    throw error;
  }
};
