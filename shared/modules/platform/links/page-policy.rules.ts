import { createHash } from 'node:crypto';

/** What a page may do besides showing its own text and style: run exactly this script, show pictures from these origins, send its forms on to these, be shown within pages of those. */
export type PageNeeds = {
  readonly script?: string;
  readonly pictures?: readonly string[];
  readonly leadsTo?: readonly string[];
  readonly framedBy?: readonly string[];
};

/** The content security policy of a page that needs more than every page may; a header of its answer. */
export const pagePolicy = ({
  script,
  pictures = [],
  leadsTo = [],
  framedBy = [],
}: PageNeeds): Readonly<Record<string, string>> => {
  const hash = script === undefined ? undefined : createHash('sha256').update(script).digest('base64');
  const rules = [
    `default-src 'none'`,
    `style-src 'unsafe-inline'`,
    ['img-src data:', ...new Set(pictures)].join(' '),
    [`form-action 'self'`, ...new Set(leadsTo)].join(' '),
    `frame-ancestors ${framedBy.length === 0 ? `'none'` : [...new Set(framedBy)].join(' ')}`,
    ...(hash === undefined ? [] : [`script-src 'sha256-${hash}'`]),
  ];
  return { 'content-security-policy': rules.join('; ') };
};
