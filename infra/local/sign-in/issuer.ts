// The OIDC issuer of the local cloud: discovery, keys, password grant, authorization code with PKCE, and an admin
// door through which the identities adapter makes accounts.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import { answerJson, answerPage, readBody, urlOf, type Answer } from '../listen.ts';
import type { Store } from '../store.ts';
import { openAccounts, type Account, type Accounts } from './accounts.ts';
import { openAuthorizationCodes, type AuthorizationCodes, type AuthorizationRequest } from './authorization-codes.ts';
import { signInPage } from './sign-in-page.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';
import { clientId, createTokenIssuer, type IssueTokens } from './tokens.ts';

/** What the issuer needs. `issuer` is the name in tokens; `url()` is where it listens now. */
export type IssuerOptions = {
  readonly issuer: string;
  readonly url: () => string;
  readonly store: Store;
  readonly clock: LocalClock;
  /** Host names to which a signed-in person may be sent back. */
  readonly hosts: readonly string[];
  /** Tells a new person without a password the one that was made for them. */
  readonly sendInvitation: (account: Account, password: string) => void;
};

type Parts = IssuerOptions & {
  readonly accounts: Accounts;
  readonly keys: SigningKeys;
  readonly codes: AuthorizationCodes;
  readonly issueTokens: IssueTokens;
};

type Route = (request: IncomingMessage, response: ServerResponse, parts: Parts) => Promise<void> | void;

const bodyLimit = 64 * 1024;

/** Serves the issuer. */
export function serveIssuer(options: IssuerOptions): Answer {
  const keys = openSigningKeys(options.store, options.clock);
  const issueTokens = createTokenIssuer(options.issuer, keys, options.clock);
  const parts: Parts = {
    ...options,
    keys,
    issueTokens,
    accounts: openAccounts(options.store),
    codes: openAuthorizationCodes(),
  };
  return async (request, response) => {
    const route = routes[`${request.method ?? ''} ${urlOf(request).pathname}`];
    if (request.headers.origin !== undefined) response.setHeader('access-control-allow-origin', '*');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    await (route ?? notFound)(request, response, parts);
  };
}

const notFound: Route = (_request, response) => {
  answerJson(response, 404, { error: 'not_found' });
};

const discovery: Route = (_request, response, { issuer, url }) => {
  const at = (path: string): string => `${url()}${path}`;
  answerJson(response, 200, {
    issuer,
    authorization_endpoint: at('/authorize'),
    token_endpoint: at('/token'),
    jwks_uri: at('/.well-known/jwks.json'),
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'password'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: ['openid'],
  });
};

const publishKeys: Route = (_request, response, { keys }) => {
  answerJson(response, 200, keys.published());
};

const token: Route = async (request, response, parts) => {
  const form = await readForm(request);
  const grant = form.get('grant_type') ?? '';
  const redeemed =
    grant === 'password' ? byPassword(form, parts) : grant === 'authorization_code' ? byCode(form, parts) : undefined;
  response.setHeader('cache-control', 'no-store');
  if (grant !== 'password' && grant !== 'authorization_code')
    return answerJson(response, 400, { error: 'unsupported_grant_type' });
  if (!redeemed)
    return answerJson(response, 400, { error: 'invalid_grant', error_description: 'The sign-in does not hold.' });
  answerJson(response, 200, await parts.issueTokens(redeemed.account, redeemed.nonce));
};

type Redeemed = { readonly account: Account; readonly nonce: string | undefined };

const byPassword = (form: URLSearchParams, { accounts }: Parts): Redeemed | undefined => {
  const account = accounts.authenticate(form.get('username') ?? '', form.get('password') ?? '');
  return account && { account, nonce: undefined };
};

const byCode = (form: URLSearchParams, { accounts, codes }: Parts): Redeemed | undefined => {
  const grant = codes.redeem(form.get('code') ?? '', form.get('redirect_uri') ?? '', form.get('code_verifier') ?? '');
  const account = grant && accounts.get(grant.subject);
  return account && { account, nonce: grant.nonce };
};

const showSignIn: Route = (request, response, parts) => {
  const { searchParams } = urlOf(request);
  const problem = problemIn(searchParams, parts);
  if (problem !== undefined) return answerJson(response, 400, { error: 'invalid_request', error_description: problem });
  answerPage(response, signInPage(searchParams.toString()));
};

const signIn: Route = async (request, response, parts) => {
  const { searchParams } = urlOf(request);
  const problem = problemIn(searchParams, parts);
  if (problem !== undefined) return answerJson(response, 400, { error: 'invalid_request', error_description: problem });
  const form = await readForm(request);
  const email = form.get('email') ?? '';
  const account = parts.accounts.authenticate(email, form.get('password') ?? '');
  if (!account)
    return answerPage(
      response,
      signInPage(searchParams.toString(), email, 'This e-mail and password do not belong together.'),
      401,
    );
  const wanted = requestIn(searchParams);
  const target = new URL(wanted.redirectUri);
  target.searchParams.set('code', parts.codes.grant(account.subject, wanted));
  if (wanted.state !== undefined) target.searchParams.set('state', wanted.state);
  response.writeHead(303, { location: target.href }).end();
};

const requestIn = (query: URLSearchParams): AuthorizationRequest => ({
  redirectUri: query.get('redirect_uri') ?? '',
  challenge: query.get('code_challenge') ?? '',
  state: query.get('state') ?? undefined,
  nonce: query.get('nonce') ?? undefined,
});

const problemIn = (query: URLSearchParams, { hosts }: Parts): string | undefined => {
  const redirect = query.get('redirect_uri') ?? '';
  if (query.get('response_type') !== 'code') return 'response_type is code.';
  if (query.get('client_id') !== clientId) return `client_id is ${clientId}.`;
  if (!URL.canParse(redirect) || !hosts.includes(new URL(redirect).hostname))
    return 'redirect_uri is not on this machine.';
  if (query.get('code_challenge_method') !== 'S256' || (query.get('code_challenge') ?? '') === '')
    return 'PKCE with S256 is needed.';
  return undefined;
};

/** A page in a browser always says where it comes from; the adapter never does. */
const fromAdapter =
  (run: Route): Route =>
  async (request, response, parts) => {
    if (request.headers.origin !== undefined) return answerJson(response, 403, { error: 'forbidden' });
    await run(request, response, parts);
  };

const makeAccount: Route = async (request, response, parts) => {
  const input = JSON.parse((await readBody(request, bodyLimit)).toString()) as {
    readonly email?: unknown;
    readonly name?: unknown;
    readonly password?: unknown;
  };
  const { email, name, password } = input;
  if (typeof email !== 'string' || !email.includes('@') || typeof name !== 'string')
    return answerJson(response, 400, { error: 'email and name are needed' });
  const made = typeof password === 'string' ? password : randomBytes(9).toString('base64url');
  const account = parts.accounts.ensure({ email, name, password: made });
  if (account.isNew && made !== password) parts.sendInvitation(account, made);
  answerJson(response, 200, { issuer: parts.issuer, subject: account.subject, isNew: account.isNew });
};

const rotate: Route = (_request, response, { keys }) => {
  keys.rotate();
  answerJson(response, 200, keys.published());
};

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> =>
  new URLSearchParams((await readBody(request, bodyLimit)).toString());

const routes: Readonly<Record<string, Route>> = {
  'GET /.well-known/openid-configuration': discovery,
  'GET /.well-known/jwks.json': publishKeys,
  'GET /authorize': showSignIn,
  'POST /authorize': signIn,
  'POST /token': token,
  'POST /admin/users': fromAdapter(makeAccount),
  'POST /admin/rotate': fromAdapter(rotate),
};
