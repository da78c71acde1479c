// Who calls: an actor, or a reason why not. A web page is let in where the tenant lets it.
import { DomainError, forbidden, type Actor } from '#kernel';
import type { HttpEvent } from './http.ts';
import { isAllowedOrigin } from './cors.ts';

/** Headers of a request, in lower case. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** A request that was let in; at its end it is told what it has cost, and answers that in points. */
export type Admission = { charge(cost: { readonly readUnits: number; readonly writeUnits: number }): number };

/** How callers are recognised. */
export type Recognition = {
  /** Who calls; undefined when the request names nobody. @throws DomainError when what it names does not hold */
  authenticate(headers: RequestHeaders): Promise<Actor | undefined>;
  /** The web pages that a tenant lets call the API; none but the API's own host when absent. */
  origins?(actor: Actor): Promise<readonly string[]>;
  /** Lets a request in, or throws RATE_LIMITED with `retryAfter` in seconds; everybody is let in when absent. */
  admit?(actor: Actor): Promise<Admission>;
};

/** Who calls, or what spoke against it. */
export type Caller = { readonly actor: Actor; readonly admission?: Admission } | { readonly refused: unknown };

/** Recognises the caller; never throws, since the refusal is to be said in GraphQL. */
export const identify = async (recognition: Recognition, headers: RequestHeaders): Promise<Caller> => {
  try {
    const actor = await recognition.authenticate(headers);
    if (!actor) throw new DomainError('UNAUTHENTICATED', 'Sign in, or send an API key: `Authorization: Bearer ...`.');
    const origins = headers['origin'] === undefined ? [] : ((await recognition.origins?.(actor)) ?? []);
    if (!isAllowedOrigin(headers, origins)) throw forbidden('The tenant does not let this web page call the API.');
    const admission = await recognition.admit?.(actor);
    return { actor, ...(admission && { admission }) };
  } catch (error) {
    return { refused: error };
  }
};

/** Whether a page may read the answer: also why it was refused, unless it was refused for being that page. */
export const mayReadAnswer = (caller: Caller): boolean =>
  'actor' in caller || !(caller.refused instanceof DomainError) || caller.refused.code !== 'FORBIDDEN';

/** The caller with the program and the kind of network that the request came from, for the history of what is done. */
export const from = ({ headers, requestContext }: HttpEvent, caller: Caller): Caller => {
  if (!('actor' in caller)) return caller;
  const named = headers['x-lazo-client'] ?? headers['user-agent'];
  const { sourceIp } = requestContext.http;
  const client = named?.replace(/[^ -~]/g, '').slice(0, 80);
  const ip = sourceIp.includes(':') ? ('IPv6' as const) : ('IPv4' as const);
  return {
    ...caller,
    actor: { ...caller.actor, caller: { ip, ...(client !== undefined && client !== '' && { client }) } },
  };
};
