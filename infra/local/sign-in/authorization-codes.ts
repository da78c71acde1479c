// Authorization codes with PKCE: one use, two minutes, in memory only.
import { createHash, randomBytes } from 'node:crypto';

/** What the client asked for when it sent the person to sign in. */
export type AuthorizationRequest = {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
};

/** Codes that wait for their client. */
export type AuthorizationCodes = {
  grant(subject: string, request: AuthorizationRequest): string;
  /** Who signed in, when code, redirect and verifier fit; the code is used up in any case. */
  redeem(
    code: string,
    redirectUri: string,
    verifier: string,
  ): { readonly subject: string; readonly nonce: string | undefined } | undefined;
};

const lifetime = 2 * 60 * 1000;

/** Opens the codes. */
export function openAuthorizationCodes(): AuthorizationCodes {
  const granted = new Map<string, AuthorizationRequest & { readonly subject: string; readonly ends: number }>();
  return {
    grant(subject, request) {
      const code = randomBytes(32).toString('base64url');
      granted.set(code, { ...request, subject, ends: Date.now() + lifetime });
      return code;
    },
    redeem(code, redirectUri, verifier) {
      const grant = granted.get(code);
      granted.delete(code);
      if (!grant || grant.ends < Date.now() || grant.redirectUri !== redirectUri) return undefined;
      if (createHash('sha256').update(verifier).digest('base64url') !== grant.challenge) return undefined;
      return { subject: grant.subject, nonce: grant.nonce };
    },
  };
}
