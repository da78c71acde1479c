import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { DomainError } from '#kernel/errors';
import type { Tokens } from '#kernel/ports';
import type { OidcIssuer } from './environment.ts';
import { openTokens } from './tokens.ts';

const now = new Date('2026-11-22T15:00:00.000Z');
const seconds = Math.floor(now.getTime() / 1000);
const cognito = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc';

let server: Server;
let url: string;
let fetched = 0;
let published: object[] = [];
let ours: { publicKey: CryptoKey; privateKey: CryptoKey };
let theirs: typeof ours;

beforeAll(async () => {
  ours = await generateKeyPair('RS256', { extractable: true });
  theirs = await generateKeyPair('RS256', { extractable: true });
  published = [{ ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
  server = createServer((request, response) => {
    fetched += 1;
    const isDiscovery = request.url?.endsWith('openid-configuration');
    response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${url}/keys` } : { keys: published }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.close();
});

const issuers = (): readonly OidcIssuer[] => [
  { issuer: url, audience: 'lazo', kind: 'oidc' },
  { issuer: cognito, audience: 'client', clientId: 'client', jwksUri: `${url}/keys`, kind: 'cognito' },
];

type Signing = { readonly key?: CryptoKey; readonly kid?: string; readonly alg?: string };

const sign = (
  claims: Readonly<Record<string, unknown>> = {},
  { key = ours.privateKey, kid = 'one', alg = 'RS256' }: Signing = {},
): Promise<string> =>
  new SignJWT({ iss: url, aud: 'lazo', sub: 'ana', iat: seconds, exp: seconds + 3600, ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(key);

const refusal = async (token: string, tokens: Tokens = openTokens(issuers), at = now): Promise<string> => {
  try {
    await tokens.verify(token, at);
    return 'accepted';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAUTHENTICATED') return error.message;
    throw error;
  }
};

describe('tokens', () => {
  it('answers who a token speaks of, finding the keys by discovery', async () => {
    expect(await openTokens(issuers).verify(await sign({ email: 'ana@example.com' }), now)).toEqual({
      issuer: url,
      subject: 'ana',
      email: 'ana@example.com',
    });
  });

  it('fetches the keys of an issuer once for many tokens', async () => {
    const tokens = openTokens(issuers);
    await tokens.verify(await sign(), now);
    const before = fetched;
    for (let count = 0; count < 20; count += 1) await tokens.verify(await sign({ sub: String(count) }), now);
    expect(fetched).toBe(before);
  });

  it('trusts a token that has held for a minute, but not beyond its end', async () => {
    let trusted = issuers();
    const tokens = openTokens(() => trusted);
    const after = (passed: number): Date => new Date(now.getTime() + passed * 1000);
    const [short, long] = [await sign({ exp: seconds + 30 }), await sign()];
    expect([await refusal(short, tokens), await refusal(long, tokens)]).toEqual(['accepted', 'accepted']);
    expect(await refusal(short, tokens, after(36))).toBe('The token has expired.');
    expect(await refusal(`${long.slice(0, -8)}AAAAAAAA`, tokens)).toBe("The token's signature does not hold.");
    trusted = [];
    expect(await refusal(long, tokens, after(59))).toBe('accepted');
    expect(await refusal(long, tokens, after(61))).toBe('The token is from an issuer that is not trusted here.');
  });

  it('refuses a token without a signature', async () => {
    const unsigned = new UnsecuredJWT({ iss: url, aud: 'lazo', sub: 'ana', exp: seconds + 60 }).encode();
    expect(await refusal(unsigned)).toBe('The token is not signed with RS256.');
  });

  it('refuses the public key used as a secret (HS256)', async () => {
    const [header, body] = [
      { alg: 'HS256', kid: 'one' },
      { iss: url, aud: 'lazo', sub: 'ana', exp: seconds + 60 },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signature = createHmac('sha256', await exportSPKI(ours.publicKey))
      .update(`${header ?? ''}.${body ?? ''}`)
      .digest('base64url');
    expect(await refusal(`${header ?? ''}.${body ?? ''}.${signature}`)).toBe('The token is not signed with RS256.');
  });

  it('refuses a key of our own name that is not ours', async () => {
    expect(await refusal(await sign({}, { key: theirs.privateKey }))).toBe("The token's signature does not hold.");
  });

  it('refuses a key that the issuer does not publish', async () => {
    expect(await refusal(await sign({}, { key: theirs.privateKey, kid: 'two' }))).toBe(
      'The token is signed with a key that its issuer does not publish.',
    );
  });

  it('refuses a body that was changed after signing', async () => {
    const [header, , signature] = (await sign()).split('.');
    const body = Buffer.from(JSON.stringify({ iss: url, aud: 'lazo', sub: 'owner', exp: seconds + 60 })).toString(
      'base64url',
    );
    expect(await refusal([header, body, signature].join('.'))).toBe("The token's signature does not hold.");
  });

  it.each([
    ['another audience', { aud: 'shop' }, 'The token is meant for another audience.'],
    ['no audience', { aud: undefined }, 'The token is meant for another audience.'],
    ['an unknown issuer', { iss: 'https://evil.example' }, 'The token is from an issuer that is not trusted here.'],
    ['its time over', { exp: seconds - 60 }, 'The token has expired.'],
    ['a time to come', { nbf: seconds + 600 }, 'The token is not valid yet.'],
    ['no end', { exp: undefined }, "The token's claim exp is missing or wrong."],
    ['nobody in it', { sub: undefined }, "The token's claim sub is missing or wrong."],
    ['identity, not access', { token_use: 'id' }, 'The token is not an access token.'],
  ])('refuses a token with %s', async (_what, claims, message) => {
    expect(await refusal(await sign(claims))).toBe(message);
  });

  it('goes by the time that it is told', async () => {
    expect(await refusal(await sign(), openTokens(issuers), new Date(now.getTime() + 3_610_000))).toBe(
      'The token has expired.',
    );
  });

  it.each(['', 'x', 'a.b.c', '....', 'ñ.ñ.ñ', 'x'.repeat(100_000)])('refuses what is no token, %#', async (token) => {
    expect(await refusal(token)).toMatch(/neither an API key nor a JSON Web Token|not signed with RS256/);
  });

  it('takes access tokens of Cognito for our client, and nothing else of Cognito', async () => {
    const access = { iss: cognito, aud: undefined, token_use: 'access', client_id: 'client' };
    expect(await refusal(await sign(access))).toBe('accepted');
    expect(await refusal(await sign({ ...access, client_id: 'other' }))).toBe('The token is meant for another client.');
    expect(await refusal(await sign({ ...access, token_use: 'id' }))).toBe('The token is not an access token.');
    expect(await refusal(await sign({ ...access, token_use: undefined }))).toBe('The token is not an access token.');
  });

  it('does not blame the caller when an issuer cannot be reached', async () => {
    const away = openTokens(() => [
      { issuer: url, audience: 'lazo', jwksUri: 'http://127.0.0.1:1/keys', kind: 'oidc' },
    ]);
    await expect(away.verify(await sign(), now)).rejects.not.toBeInstanceOf(DomainError);
  });
});
