// The page on which a person signs in on this machine.
import { escapeXml } from '../xml.ts';
import { pageOf } from '../page.ts';

/** The form; `query` is that of the authorization request, `email` what was typed before. */
export const signInPage = (query: string, email = '', problem = ''): string =>
  pageOf(
    'Sign in - Lazo',
    `<main class="narrow"><h1>Sign in</h1><p class="quiet">Accounts of this machine's local cloud.</p>
${problem === '' ? '' : `<p class="problem" role="alert">${escapeXml(problem)}</p>`}
<form method="post" action="/authorize?${escapeXml(query)}">
<label>E-mail<input name="email" type="email" autocomplete="username" required autofocus value="${escapeXml(email)}"></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button></form></main>`,
  );
