// Issue 2, section 9: hostile tokens and keys. shared/aws/tokens.test.ts looks more closely.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import type { Caller } from '#test/support/cloud';
import { underAttack } from '#test/support/hostile';

/** An issuer that the API trusts, and whose keys are the test's: it signs what no real one would. */
const openIssuer = async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] });
  const server = createServer((_request, response) => response.end(keys)).listen(0, '127.0.0.1');
  server.unref();
  await new Promise((resolve) => server.once('listening', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const trusted = { issuer, audience: 'lazo', jwksUri: `${issuer}/keys`, kind: 'oidc' };
  return { issuer, trusted, privateKey };
};
let issuer: Awaited<ReturnType<typeof openIssuer>>;
beforeAll(async () => {
  issuer = await openIssuer();
});
const { cloud, theirs, ask, codes, written } = underAttack(() => ({
  LAZO_OIDC_ISSUERS: JSON.stringify([issuer.trusted]),
}));
const createAccount =
  'mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id } userErrors { code path } } }';
describe('hostile credentials', () => {
  const refused = async (caller: Caller): Promise<string> => {
    const { data, errors } = await cloud().graphql(createAccount, { input: { name: 'By a stranger' } }, caller);
    expect(data?.['createAccount'] ?? null).toBeNull();
    expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    expect(await written()).toEqual([]);
    return errors?.[0]?.message ?? '';
  };
  const claims = (more: object = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer.issuer, aud: 'lazo', sub: 'mallory', iat: now, exp: now + 600, ...more };
  };
  const signed = (more: object = {}, key: CryptoKey = issuer.privateKey): Promise<string> =>
    new SignJWT(claims(more)).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);

  it('a forged token, signed by another key or changed after signing', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await refused({ token: await signed({}, privateKey) })).toMatch(/signature does not hold/);
    const [header, , signature] = (await signed()).split('.');
    const body = Buffer.from(JSON.stringify(claims({ sub: 'owner' }))).toString('base64url');
    expect(await refused({ token: [header, body, signature].join('.') })).toMatch(/signature does not hold/);
  });

  it('a token with alg none, or with a secret instead of a key', async () => {
    expect(await refused({ token: new UnsecuredJWT(claims()).encode() })).toMatch(/not signed with RS256/);
    const secret = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('x'.repeat(32)));
    expect(await refused({ token: secret })).toMatch(/not signed with RS256/);
  });

  it('a token for another audience, of an issuer that nobody trusts, or of nobody whom we know', async () => {
    expect(await refused({ token: await signed({ aud: 'shop' }) })).toMatch(/another audience/);
    expect(await refused({ token: await signed({ iss: 'https://evil.test' }) })).toMatch(/not trusted here/);
    expect(await refused({ token: await signed() })).toMatch(/belong to no tenant/);
  });

  it('a token of one tenant that names another one', async () => {
    const other = { ...theirs().owner, headers: { 'x-lazo-tenant': 'ten_00000000000000000000000000' } };
    expect(await refused(other)).toMatch(/do not belong to the tenant/);
  });

  it('a key that was revoked, a minute later at the latest; and an expired token', async () => {
    const seller = { token: await cloud().signIn('seller@demo.lazo.test', 'demo-seller') };
    expect(await codes('{ me { actor } }', {}, seller)).toEqual([]);
    const administrator = { token: await cloud().signIn('administrator@demo.lazo.test', 'demo-administrator') };
    const made = await ask<{ createApiKey: { key: string; apiKey: { id: string } } }>(
      'mutation { createApiKey(input: { name: "Shop", permissions: ["account.read"] }) { key apiKey { id } userErrors { code } } }',
      {},
      administrator,
    );
    const { key, apiKey } = made.createApiKey;
    expect(await codes('{ me { actor } }', {}, { key })).toEqual([]);
    await ask(
      'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code } } }',
      { id: apiKey.id },
      administrator,
    );
    await cloud().advance(61);
    expect(await refused({ key })).toBe('This API key was revoked.');
    await cloud().advance(3600);
    expect(await refused(seller)).toBe('The token has expired.');
  });
});
