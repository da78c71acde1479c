// GraphiQL from local files. On this machine the demo administrator's key is filled in; anyone may sign in instead.
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { answerPage, urlOf, type Answer } from '../listen.ts';

/** What the page must know. */
export type GraphiqlOptions = {
  readonly key: string;
  readonly signIn: string;
  readonly clientId: string;
  readonly hosts: readonly string[];
};

type Asset = { readonly folder: string; readonly file: string; readonly type: string };

const assets: Readonly<Record<string, Asset>> = {
  'react.js': { folder: 'react', file: 'umd/react.production.min.js', type: 'text/javascript' },
  'react-dom.js': { folder: 'react-dom', file: 'umd/react-dom.production.min.js', type: 'text/javascript' },
  'graphiql.js': { folder: 'graphiql', file: 'graphiql.min.js', type: 'text/javascript' },
  'graphiql.css': { folder: 'graphiql', file: 'graphiql.min.css', type: 'text/css' },
};

/** Serves /graphiql and what it loads. */
export function serveGraphiql(options: () => GraphiqlOptions): Answer {
  const { resolve } = createRequire(import.meta.url);
  return async (request, response) => {
    const asset = assets[urlOf(request).pathname.slice('/graphiql/'.length)];
    if (!asset) return answerPage(response, page(options(), request.headers.host ?? ''));
    const path = join(dirname(resolve(`${asset.folder}/package.json`)), asset.file);
    response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8`, 'cache-control': 'max-age=86400' });
    await pipeline(createReadStream(path), response);
  };
}

/** A key for whoever asks by one of this machine's names, and for no other page. */
const page = ({ key, signIn, clientId, hosts }: GraphiqlOptions, host: string): string => {
  const known = hosts.includes(host.replace(/:\d+$/, '')) ? key : '';
  const settings = JSON.stringify({ key: known, signIn, clientId }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>GraphiQL - Lazo</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<style>body{margin:0;height:100vh;display:flex;flex-direction:column;font:14px system-ui,sans-serif}#graphiql{flex:1;min-height:0}
nav{display:flex;gap:16px;align-items:center;padding:8px 16px;background:#1d2433;color:#c9d1e3}nav b{color:#fff}nav span{flex:1}
nav button{font:inherit;color:#fff;background:#2f5fd0;border:0;border-radius:6px;padding:5px 12px;cursor:pointer}</style></head>
<body><nav><b>Lazo</b><span id="who"></span><button id="sign-in">Sign in as a user</button></nav><div id="graphiql"></div>
<script src="/graphiql/react.js"></script><script src="/graphiql/react-dom.js"></script><script src="/graphiql/graphiql.js"></script>
<script>const settings = ${settings};
${script}</script></body></html>`;
};

/**
 * Authorization code with PKCE; the token lives as long as the page. A link may bring `?query=` and `?variables=`: they are
 * filled in and not sent, since a page that somebody else links to must not act with the key.
 */
const script = `
const home = location.origin + '/graphiql';
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
async function leaveToSignIn() {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem('verifier', verifier);
  sessionStorage.setItem('asked', location.search);
  const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  location.href = settings.signIn + '/authorize?' + new URLSearchParams({ response_type: 'code', client_id: settings.clientId,
    redirect_uri: home, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256' });
}
async function comeBack(code) {
  const answer = await fetch(settings.signIn + '/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code',
    code, redirect_uri: home, client_id: settings.clientId, code_verifier: sessionStorage.getItem('verifier') ?? '' }) });
  history.replaceState(null, '', home + (sessionStorage.getItem('asked') ?? ''));
  return answer.ok ? await answer.json() : undefined;
}
document.getElementById('sign-in').onclick = leaveToSignIn;
(async () => {
  const code = new URLSearchParams(location.search).get('code');
  const tokens = code ? await comeBack(code) : undefined;
  const credential = tokens ? tokens.access_token : settings.key;
  const person = tokens ? JSON.parse(atob(tokens.id_token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).email : undefined;
  document.getElementById('who').textContent = person ? 'Signed in as ' + person : settings.key ? "With the demo administrator's key" : '';
  const headers = credential ? JSON.stringify({ Authorization: 'Bearer ' + credential }, null, 2) : undefined;
  const asked = new URLSearchParams(location.search);
  const given = (name) => asked.get(name) ?? undefined;
  ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }), headers, query: given('query'), variables: given('variables'),
    operationName: given('operationName'), shouldPersistHeaders: false, defaultEditorToolsVisibility: 'variables' }));
})();`;
