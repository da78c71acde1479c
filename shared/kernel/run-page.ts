// Running a public page: the link is verified, then the page works as the tenant's own, in one unit of work.
import type { Context, Runtime } from './context.ts';
import { DomainError } from './errors.ts';
import type { PageAnswer, PageRequest } from './public-page.ts';
import { openLink, signLink } from './signed-links.ts';
import { workAs } from './work.ts';

/** Answers a request to `/p/<purpose>/<token>`. Broken links and rules are answered, never thrown. */
export const runPage = async (
  runtime: Runtime,
  purpose: string,
  token: string,
  request: PageRequest,
): Promise<PageAnswer> => {
  const page = runtime.registry.pages.find((each) => each.purpose === purpose);
  if (!page) return plain(404, 'LINK_INVALID', 'There is nothing here.');
  try {
    const link = openLink(await runtime.ports.secrets.get('signing'), purpose, token, runtime.clock.now());
    const actor = await runtime.actorFor(link.tenant, `page:${purpose}`);
    const readOnlyTenant = page.evenPaused !== true && (await runtime.isPaused(link.tenant));
    return await workAs(runtime, { ...actor, readOnlyTenant }, `page:${purpose}`, (context) =>
      page.run({ ...request, link }, context),
    );
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const status = statusOf(error.code);
    return page.refuse?.(status, error.code, request) ?? plain(status, error.code, error.message);
  }
};

const statusOf = (code: string): number => ({ LINK_INVALID: 404, LINK_EXPIRED: 410, NOT_FOUND: 404 })[code] ?? 422;

const plain = (status: number, code: string, message: string): PageAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ code, message }),
});

/** The URL of a public page for one record, until an instant. */
export const linkTo = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  link: { readonly purpose: string; readonly record: string; readonly until: string; readonly nonce?: string },
): Promise<string> => {
  const token = signLink(await ports.secrets.get('signing'), { ...link, tenant: actor.tenant });
  return `${ports.addresses.publicUrl()}/p/${link.purpose}/${token}`;
};
