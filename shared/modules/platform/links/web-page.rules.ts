import type { Locale, PageAnswer, PageRequest } from '#kernel';
import { markup, type Html } from './html.rules.ts';

/** What a page behind a link shows. */
export type WebPage = {
  readonly title: string;
  readonly body: Html;
  readonly locale: Locale;
  /** Whose page it is: the name of the tenant. */
  readonly sender?: string;
  /** `#rrggbb` */
  readonly colour?: string;
};

const plainColour = '#1f4b99';

/** A page for a person: one sheet, readable on a phone, nothing loaded from elsewhere and no script. */
export const webPage = (status: number, page: WebPage): PageAnswer => ({
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<!doctype html>${document(page).html}`,
});

const document = ({ title, body, locale, sender, colour }: WebPage): Html =>
  markup`<html lang="${locale}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>${title}</title>
      <style>
        ${{ html: style(colour) }}
      </style>
    </head>
    <body>
      <main>
        ${sender === undefined ? undefined : markup`<p class="sender">${sender}</p>`}
        <h1>${title}</h1>
        ${body}
      </main>
    </body>
  </html>`;

/** Only a colour may enter the style sheet. */
const style = (colour = plainColour): string => `
:root{color-scheme:light dark;--accent:${/^#[0-9a-fA-F]{6}$/.test(colour) ? colour : plainColour}}
*{box-sizing:border-box}body{margin:0;padding:24px 16px;font:16px/1.5 system-ui,sans-serif;background:light-dark(#f3f4f6,#15171a);color:light-dark(#1c2026,#e8eaed)}
main{max-width:560px;margin:24px auto;padding:28px;border-top:4px solid var(--accent);border-radius:10px;background:light-dark(#fff,#1f2226);box-shadow:0 1px 3px #0002}
h1{margin:0 0 16px;font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}.sender{margin:0 0 4px;color:light-dark(#5b6470,#a3abb5);font-size:.9rem}
dl{margin:0 0 20px}dt{color:light-dark(#5b6470,#a3abb5);font-size:.85rem}dd{margin:0 0 10px;white-space:pre-wrap;overflow-wrap:anywhere}
label{display:block;margin:0 0 6px;font-size:.9rem}input:not([type]),input[type=text],input[type=email],textarea{width:100%;padding:10px;font:inherit;color:inherit;background:transparent;border:1px solid #8888;border-radius:8px}textarea{min-height:84px}
.choices{display:flex;flex-wrap:wrap;gap:12px;margin-top:16px}button{flex:1;min-width:140px;padding:12px 16px;font:inherit;font-weight:600;border-radius:8px;border:1px solid var(--accent);background:transparent;color:inherit;cursor:pointer}
button.main{background:var(--accent);color:#fff}.quiet{color:light-dark(#5b6470,#a3abb5)}`;

const wordings: Readonly<Record<Locale, Readonly<Record<string, readonly [title: string, text: string]>>>> = {
  es: {
    LINK_EXPIRED: ['El enlace ha caducado', 'Pida a quien se lo envió uno nuevo.'],
    LINK_INVALID: ['El enlace no es válido', 'Compruebe que la dirección está completa, tal como venía en el mensaje.'],
    NOT_FOUND: ['Ya no existe', 'Lo que este enlace mostraba ya no existe.'],
    OTHER: ['No se ha podido hacer', 'Vuelva a intentarlo más tarde o entre en la aplicación.'],
  },
  en: {
    LINK_EXPIRED: ['This link has expired', 'Ask whoever sent it for a new one.'],
    LINK_INVALID: ['This link is not valid', 'Check that the address is complete, as it stood in the message.'],
    NOT_FOUND: ['It is gone', 'What this link showed no longer exists.'],
    OTHER: ['That could not be done', 'Try again later, or sign in to the application.'],
  },
};

/** What a person reads when a link cannot be followed, in the language of the browser. */
export const refusalPage = (status: number, code: string, { headers }: Pick<PageRequest, 'headers'>): PageAnswer => {
  const locale = /^\s*en\b/i.test(headers['accept-language'] ?? '') ? 'en' : 'es';
  const [title, text] = wordings[locale][code] ?? wordings[locale]['OTHER'] ?? ['', ''];
  return webPage(status, { title, locale, body: markup`<p>${text}</p>` });
};
