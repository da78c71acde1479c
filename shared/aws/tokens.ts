// Bearer tokens of OpenID Connect issuers: RS256 only, keys fetched once and cached, audience and times checked.
import { hash } from 'node:crypto';
import type * as jose from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { DomainError } from '#kernel/errors';
import type { TokenClaims, Tokens } from '#kernel/ports';
import type { OidcIssuer } from './environment.ts';
import { once } from './once.ts';

type Jose = typeof jose;
type Keys = () => Promise<JWTVerifyGetKey>;

/** Seconds that clocks of issuer and function may differ. */
const clockTolerance = 5;

/** Keys are asked for again after so long, and for an unknown key id no sooner than `cooldownDuration` after the last time. */
const caching = { cacheMaxAge: 10 * 60_000, cooldownDuration: 10_000, timeoutDuration: 3_000 };

/** A signature costs more than the rest of a small query to check, so a token that has held is trusted for a minute, and never beyond its end. */
const trustedFor = 60_000;
const mostTokens = 1_000;

/** Verifies tokens of the issuers that are trusted; they are read at the first token. */
export function openTokens(trusted: () => readonly OidcIssuer[]): Tokens {
  // jose is loaded with the first token: a container that serves API keys alone never pays for it.
  const library = once(() => import('jose'));
  const keysOf = new Map<string, Keys>();
  const keys = (issuer: OidcIssuer, loaded: Jose): Promise<JWTVerifyGetKey> => {
    const known = keysOf.get(issuer.issuer) ?? once(() => openKeys(issuer, loaded));
    keysOf.set(issuer.issuer, known);
    return known();
  };
  const held = heldTokens();
  return {
    async verify(token, at) {
      const known = held.claims(token, at);
      if (known) return known;
      const loaded = await library();
      const issuer = issuerOf(token, trusted(), loaded);
      const payload = await checked(loaded, token, issuer, await keys(issuer, loaded), at);
      const claims = claimsOf(issuer, payload);
      held.keep(token, at, { claims, ends: ((payload.exp ?? 0) + clockTolerance) * 1000 });
      return claims;
    },
  };
}

type Held = { readonly claims: TokenClaims; readonly ends: number };

/** Tokens that have held, by their hash: nothing here could be used by who reads it. */
const heldTokens = () => {
  const kept = new Map<string, Held & { readonly from: number }>();
  return {
    claims(token: string, at: Date): TokenClaims | undefined {
      const found = kept.get(hash('sha256', token));
      const now = at.getTime();
      return found && found.from <= now && now < Math.min(found.ends, found.from + trustedFor)
        ? found.claims
        : undefined;
    },
    keep(token: string, at: Date, found: Held): void {
      if (kept.size >= mostTokens) kept.clear();
      kept.set(hash('sha256', token), { ...found, from: at.getTime() });
    },
  };
};

const refused = (message: string): DomainError => new DomainError('UNAUTHENTICATED', message);

/** Reads, without trusting it yet, who says to have signed the token. */
const issuerOf = (
  token: string,
  trusted: readonly OidcIssuer[],
  { decodeJwt, decodeProtectedHeader }: Jose,
): OidcIssuer => {
  const { algorithm, name } = peek(() => ({ algorithm: decodeProtectedHeader(token).alg, name: decodeJwt(token).iss }));
  if (algorithm !== 'RS256') throw refused('The token is not signed with RS256.');
  const issuer = trusted.find((candidate) => candidate.issuer === name);
  if (!issuer) throw refused('The token is from an issuer that is not trusted here.');
  return issuer;
};

const peek = <Value>(read: () => Value): Value => {
  try {
    return read();
  } catch {
    throw refused('The bearer token is neither an API key nor a JSON Web Token.');
  }
};

const openKeys = async (issuer: OidcIssuer, { createRemoteJWKSet }: Jose): Promise<JWTVerifyGetKey> =>
  createRemoteJWKSet(new URL(issuer.jwksUri ?? (await discover(issuer))), caching);

/** Cognito and most others say in their discovery document where their keys are. */
const discover = async ({ issuer }: OidcIssuer): Promise<string> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(caching.timeoutDuration) });
  if (!response.ok) throw new Error(`${url} answered ${String(response.status)}.`);
  return ((await response.json()) as { readonly jwks_uri: string }).jwks_uri;
};

const checked = async (
  loaded: Jose,
  token: string,
  issuer: OidcIssuer,
  keys: JWTVerifyGetKey,
  at: Date,
): Promise<JWTPayload> => {
  const audience = issuer.kind === 'oidc' ? { audience: issuer.audience } : {};
  try {
    const required = {
      algorithms: ['RS256'],
      issuer: issuer.issuer,
      requiredClaims: ['sub', 'exp'],
      currentDate: at,
      clockTolerance,
    };
    return (await loaded.jwtVerify(token, keys, { ...required, ...audience })).payload;
  } catch (error) {
    throw explain(error, loaded);
  }
};

/** What does not hold, in words. That an issuer cannot be reached is no fault of the caller and stays as it is. */
const explain = (error: unknown, { errors }: Jose): unknown => {
  if (error instanceof errors.JWTExpired) return refused('The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) return refused(claimProblem(error.claim));
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused("The token's signature does not hold.");
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return refused('The token is signed with a key that its issuer does not publish.');
  }
  const isMalformed =
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported;
  return isMalformed ? refused('The token is not a valid JSON Web Token.') : error;
};

const claimProblem = (claim: string): string => {
  if (claim === 'aud') return 'The token is meant for another audience.';
  if (claim === 'nbf' || claim === 'iat') return 'The token is not valid yet.';
  return `The token's claim ${claim} is missing or wrong.`;
};

/** Access tokens only. Cognito writes the client where others write the audience. */
const claimsOf = (issuer: OidcIssuer, payload: JWTPayload): TokenClaims => {
  const use = payload['token_use'];
  if (issuer.kind === 'cognito' && payload['client_id'] !== (issuer.clientId ?? issuer.audience))
    throw refused('The token is meant for another client.');
  if (use !== undefined ? use !== 'access' : issuer.kind === 'cognito')
    throw refused('The token is not an access token.');
  const email = payload['email'];
  const session = payload['origin_jti'] ?? payload['sid'] ?? payload.jti;
  return {
    issuer: issuer.issuer,
    subject: payload.sub ?? '',
    ...(typeof email === 'string' && { email }),
    ...(typeof session === 'string' && { session }),
  };
};
