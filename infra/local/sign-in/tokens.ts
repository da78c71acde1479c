// The tokens of the local issuer: claims as Cognito and plain OIDC issuers have them, so that either check passes.
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { LocalClock } from '../clock.ts';
import type { Account } from './accounts.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What the API expects in tokens of this issuer. */
export const audience = 'lazo';

/** The one client: GraphiQL, demos and tests. */
export const clientId = 'lazo-local';

const lifetimeSeconds = 60 * 60;

/** An answer of the token endpoint. */
export type TokenAnswer = {
  readonly access_token: string;
  readonly id_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
};

/** Issues tokens for an account. */
export type IssueTokens = (account: Account, nonce?: string) => Promise<TokenAnswer>;

/** Makes the issuer of tokens. Times are those of the local clock. */
export const createTokenIssuer =
  (issuer: string, keys: SigningKeys, clock: LocalClock): IssueTokens =>
  async (account, nonce) => {
    const issuedAt = Math.floor(clock.now() / 1000);
    const { id, key } = keys.current();
    const sign = (claims: Record<string, unknown>, forWhom: string): Promise<string> =>
      new SignJWT({ ...claims, jti: randomUUID() })
        .setProtectedHeader({ alg: 'RS256', kid: id, typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(account.subject)
        .setAudience(forWhom)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(key);
    const person = { email: account.email, email_verified: true, name: account.name };
    return {
      access_token: await sign(
        { token_use: 'access', client_id: clientId, username: account.email, scope: 'openid' },
        audience,
      ),
      id_token: await sign({ token_use: 'id', ...person, ...(nonce === undefined ? {} : { nonce }) }, clientId),
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      scope: 'openid',
    };
  };
