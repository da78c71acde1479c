// Public pages within the points of a minute of the tenant whose link somebody holds: nobody who has an address, and no
// program that calls a hook too often, takes what its people need.
import { newMeter, type PageAnswer, type PageRequest, type Runtime } from '#kernel';
import { runPage } from '#kernel/run-page';
import { openLink } from '#kernel/signed-links';
import { admit, RateLimited } from '#modules/platform/limits';

/**
 * Answers a request to a page, or 429 when the points of this minute are spent: those of the address that it comes from, or those
 * that all visitors of a kind of page share.
 */
export const servePage = async (
  runtime: Runtime,
  purpose: string,
  token: string,
  request: PageRequest,
): Promise<PageAnswer> => {
  const tenant = await tenantOf(runtime, purpose, token);
  if (tenant === undefined) return runPage(runtime, purpose, token, request);
  try {
    const admission = await admit(runtime, await runtime.actorFor(tenant, `page:${purpose}`), request.ip);
    const meter = newMeter();
    const ports = { ...runtime.ports, table: runtime.ports.table.metered(meter) };
    return await runPage({ ...runtime, ports }, purpose, token, request).finally(() => admission.charge(meter));
  } catch (error) {
    if (error instanceof RateLimited) return refuse(runtime, purpose, request, error);
    throw error;
  }
};

/** Whose link it is; nobody's when it is broken: the page says how. */
const tenantOf = async ({ ports, clock }: Runtime, purpose: string, token: string): Promise<string | undefined> => {
  const secret = await ports.secrets.get('signing');
  try {
    return openLink(secret, purpose, token, clock.now()).tenant;
  } catch {
    return undefined;
  }
};

/** As the page refuses anything: in words where people read it, in JSON for programs. */
const refuse = (
  { registry }: Runtime,
  purpose: string,
  request: PageRequest,
  { code, message, retryAfter }: RateLimited,
): PageAnswer => {
  const page = registry.pages.find((each) => each.purpose === purpose);
  const plain: PageAnswer = { status: 429, contentType: 'application/json', body: JSON.stringify({ code, message }) };
  const answer = page?.refuse?.(429, code, request) ?? plain;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfter) } };
};
