import type { Locale } from '#kernel';
import { markup } from '#modules/platform/links';
import { linkMark, unsubscribeLink } from './mail.rules.ts';

/** How mails of a tenant look. */
export type MailBrand = { readonly name: string; readonly legalName?: string; readonly colour: string };

/** Where the mail names the files that were too large for it. */
export const filesMark = '<!--files-->';

/**
 * The whole mail around its text: one column, 600 wide, the colour of the tenant above it. Styles stand in the elements,
 * because mail programs drop style sheets.
 */
export const layOut = (text: string, { name, legalName, colour }: MailBrand, locale: Locale, below = ''): string =>
  `<!doctype html>${
    markup`<html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </head>
      <body style="margin:0;padding:0;background:#f3f4f6">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6">
          <tr>
            <td align="center" style="padding:24px 12px">
              <table
                role="presentation"
                width="600"
                cellpadding="0"
                cellspacing="0"
                style="width:100%;max-width:600px;background:#ffffff;border-top:4px solid ${colour};border-radius:8px"
              >
                <tr>
                  <td style="padding:22px 32px 0;font:600 15px/1.4 Helvetica,Arial,sans-serif;color:${colour}">
                    ${name}
                  </td>
                </tr>
                <tr>
                  <td style="padding:8px 32px 28px;font:15px/1.6 Helvetica,Arial,sans-serif;color:#1c2026">
                    ${{ html: `${text}${filesMark}` }}
                  </td>
                </tr>
              </table>
              <p style="margin:16px 0 0;font:12px/1.5 Helvetica,Arial,sans-serif;color:#6b7280">${legalName ?? name}</p>
              ${{ html: below }}
            </td>
          </tr>
        </table>
      </body>
    </html>`.html
  }`;

/** A mail that is whole already: its language, and a place for files that are too large for it. */
export const asWhole = (html: string, locale: Locale, below = ''): string =>
  html.replaceAll('lang="und"', `lang="${locale}"`).replace(/<\/body>/i, () => `${filesMark}${below}</body>`);

const leaving = { es: 'Darse de baja', en: 'Unsubscribe' } as const;

/** Where one unsubscribes, below everything else. */
export const leavingLine = (locale: Locale): string =>
  markup`<p style="margin:8px 0 16px;text-align:center;font:12px/1.5 Helvetica,Arial,sans-serif">
    <a href="${linkMark(unsubscribeLink)}" style="color:#6b7280">${leaving[locale]}</a>
  </p>`.html;

/** The lines below which somebody signs. */
export const signatureBlock = (signature: string): string => {
  const lines = signature.split('\n').map((line) => markup`${line}<br />`);
  return markup`<p style="margin:24px 0 0;color:#4b5563">${lines}</p>`.html;
};

/** A button that mail programs show as one. */
export const button = (url: string, label: string, colour: string): string =>
  markup`<p style="margin:24px 0">
    <a
      href="${url}"
      style="display:inline-block;padding:12px 22px;border-radius:8px;background:${colour};color:#ffffff;font-weight:600;text-decoration:none"
      >${label}</a
    >
  </p>`.html;
