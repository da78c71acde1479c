// Which web pages may call the API: those of its own host, and those that the tenant's settings name.

type Headers = Readonly<Record<string, string | undefined>>;

/** The answer to a preflight. It carries no token, so the tenant is unknown: the call itself is checked. */
export const preflightHeaders = (headers: Headers): Readonly<Record<string, string>> => ({
  ...allowOrigin(headers['origin']),
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, x-lazo-tenant, apollo-require-preflight',
  'access-control-max-age': '3600',
});

/** Lets the page at `origin` read the answer. */
export const allowOrigin = (origin: string | undefined): Readonly<Record<string, string>> =>
  origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' };

/** Whether a page may call. Callers that are no web pages send no origin. `*` names every page. */
export const isAllowedOrigin = (headers: Headers, allowed: readonly string[]): boolean => {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
};
