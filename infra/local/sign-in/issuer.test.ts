import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import type { Answer, Listener } from '../listen.ts';
import { serveIssuer } from './issuer.ts';

const issuer = 'http://issuer.example';
const ana = { email: 'Ana@Example.com', name: 'Ana', password: 'correct horse' };

let trial: TrialStore;
let listener: Listener;
let answer: Answer;
const invited: { email: string; password: string }[] = [];

const open = (): void => {
  answer = serveIssuer({
    issuer,
    url: () => listener.url,
    store: trial.store,
    clock: trial.clock,
    hosts: ['127.0.0.1', 'localhost'],
    sendInvitation: ({ email }, password) => invited.push({ email, password }),
  });
};

const addUser = async (user: object, headers = {}): Promise<Response> =>
  fetch(`${listener.url}/admin/users`, { method: 'POST', body: JSON.stringify(user), headers });

const askToken = async (
  form: Record<string, string>,
): Promise<{ access_token: string; id_token: string; error?: string }> =>
  (await fetch(`${listener.url}/token`, { method: 'POST', body: new URLSearchParams(form) })).json() as never;

const byPassword = (username: string, password: string) => askToken({ grant_type: 'password', username, password });

const verify = (token: string, audience = 'lazo') =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${listener.url}/.well-known/jwks.json`)), {
    issuer,
    audience,
    currentDate: new Date(trial.clock.now()),
  });

beforeAll(async () => {
  trial = openTrialStore();
  listener = await serveTrial((request, response) => answer(request, response));
  open();
});

afterAll(async () => {
  await listener.close();
  trial.remove();
});

describe('the issuer', () => {
  it('gives tokens for a password, which a client can check', async () => {
    const { subject } = (await (await addUser(ana)).json()) as { subject: string };
    const tokens = await byPassword('ana@example.com', ana.password);
    const { payload } = await verify(tokens.access_token);
    expect(payload).toMatchObject({
      sub: subject,
      token_use: 'access',
      client_id: 'lazo-local',
      exp: expect.any(Number),
    });
    expect((await verify(tokens.id_token, 'lazo-local')).payload).toMatchObject({
      email: 'ana@example.com',
      name: 'Ana',
    });
  });

  it('refuses a wrong password and an unknown person alike', async () => {
    for (const [name, password] of [
      ['ana@example.com', 'wrong'],
      ['nobody@example.com', ana.password],
    ] as const) {
      expect(await byPassword(name, password)).toMatchObject({ error: 'invalid_grant' });
    }
    expect(await askToken({ grant_type: 'client_credentials' })).toMatchObject({ error: 'unsupported_grant_type' });
  });

  it('answers the same person again and keeps the first password', async () => {
    const first = (await (await addUser(ana)).json()) as { subject: string };
    const again = (await (await addUser({ ...ana, email: 'ana@example.com', password: 'another' })).json()) as {
      subject: string;
    };
    expect(again).toEqual({ issuer, subject: first.subject, isNew: false });
    expect(await byPassword('ana@example.com', 'another')).toMatchObject({ error: 'invalid_grant' });
  });

  it('tells a person without a password the one that was made', async () => {
    await addUser({ email: 'new@example.com', name: 'New' });
    expect(invited).toEqual([{ email: 'new@example.com', password: expect.any(String) }]);
    expect(await byPassword('new@example.com', invited[0]?.password ?? '')).toMatchObject({
      access_token: expect.any(String),
    });
  });

  it('lets no page in a browser make accounts', async () => {
    expect((await addUser(ana, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await addUser({ name: 'no address' })).status).toBe(400);
  });

  it('keeps keys and people over a restart, and former keys after a rotation', async () => {
    const before = await byPassword('ana@example.com', ana.password);
    trial.reopen();
    open();
    await verify(before.access_token);
    await fetch(`${listener.url}/admin/rotate`, { method: 'POST' });
    const after = await byPassword('ana@example.com', ana.password);
    const headers = await Promise.all(
      [before, after].map(async ({ access_token: token }) => (await verify(token)).protectedHeader.kid),
    );
    expect(new Set(headers).size).toBe(2);
  });

  it('follows the clock of the cloud', async () => {
    const { access_token: token } = await byPassword('ana@example.com', ana.password);
    await trial.clock.moveTo(trial.clock.now() + 2 * 3_600_000);
    await expect(verify(token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    await verify((await byPassword('ana@example.com', ana.password)).access_token);
  });
});

describe('signing in on the page', () => {
  const verifier = 'v'.repeat(43);
  const redirect = 'http://localhost:4000/graphiql';
  const request = {
    response_type: 'code',
    client_id: 'lazo-local',
    redirect_uri: redirect,
    state: 's1',
    nonce: 'n1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const authorize = (form: object, change = {}): Promise<Response> =>
    fetch(`${listener.url}/authorize?${new URLSearchParams({ ...request, ...change }).toString()}`, {
      method: 'POST',
      body: new URLSearchParams({ ...form }),
      redirect: 'manual',
    });
  const codeFor = async (): Promise<string> => {
    const answered = await authorize({ email: ana.email, password: ana.password });
    return new URL(answered.headers.get('location') ?? '').searchParams.get('code') ?? '';
  };
  const redeem = (code: string, change = {}) =>
    askToken({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      client_id: 'lazo-local',
      code_verifier: verifier,
      ...change,
    });

  it('is found by discovery', async () => {
    const found = (await (await fetch(`${listener.url}/.well-known/openid-configuration`)).json()) as Record<
      string,
      string
    >;
    expect(found).toMatchObject({
      issuer,
      authorization_endpoint: `${listener.url}/authorize`,
      token_endpoint: `${listener.url}/token`,
    });
    expect((await fetch(`${found['authorization_endpoint']}?${new URLSearchParams(request).toString()}`)).status).toBe(
      200,
    );
  });

  it('gives a code that counts once, for the client that asked', async () => {
    const answered = await authorize({ email: ana.email, password: ana.password });
    expect(answered.status).toBe(303);
    const target = new URL(answered.headers.get('location') ?? '');
    expect([target.origin + target.pathname, target.searchParams.get('state')]).toEqual([redirect, 's1']);
    const code = target.searchParams.get('code') ?? '';
    const tokens = await redeem(code);
    expect((await verify(tokens.id_token, 'lazo-local')).payload).toMatchObject({
      nonce: 'n1',
      email: 'ana@example.com',
    });
    expect(await redeem(code)).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['another redirect', { redirect_uri: 'http://localhost:4000/other' }],
  ])('refuses a code with %s', async (_what, change) => {
    expect(await redeem(await codeFor(), change)).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([
    ['a redirect to another machine', { redirect_uri: 'https://evil.example/' }],
    ['no PKCE', { code_challenge: '' }],
    ['another client', { client_id: 'other' }],
    ['an implicit flow', { response_type: 'token' }],
  ])('refuses %s', async (_what, change) => {
    expect((await authorize({ email: ana.email, password: ana.password }, change)).status).toBe(400);
  });

  it('shows the form again after a wrong password', async () => {
    const answered = await authorize({ email: '"><script>', password: 'wrong' });
    expect(answered.status).toBe(401);
    const page = await answered.text();
    expect(page).toContain('do not belong together');
    expect(page).not.toContain('"><script>');
  });
});
