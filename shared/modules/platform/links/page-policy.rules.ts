import { createHash } from 'node:crypto';

/** What a page may load besides its own text and style: exactly this script, pictures from these origins. */
export type PageNeeds = { readonly script?: string; readonly pictures?: readonly string[] };

/** The content security policy of a page that needs more than every page may; a header of its answer. */
export const pagePolicy = ({ script, pictures = [] }: PageNeeds): Readonly<Record<string, string>> => {
  const hash = script === undefined ? undefined : createHash('sha256').update(script).digest('base64');
  const rules = [
    `default-src 'none'`,
    `style-src 'unsafe-inline'`,
    ['img-src data:', ...new Set(pictures)].join(' '),
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    ...(hash === undefined ? [] : [`script-src 'sha256-${hash}'`]),
  ];
  return { 'content-security-policy': rules.join('; ') };
};
