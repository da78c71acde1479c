const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '-',
  mdash: '-',
  hellip: '...',
  euro: '€',
};

/**
 * HTML as a person reads it without HTML: paragraphs, lists and links stay recognisable. Strangers write some of it, so that no
 * pattern runs past the next place where it could begin: the time grows with the length, not with its square.
 */
export const plainText = (html: string): string =>
  decode(
    html
      .replace(/<!--(?:(?!<!--)[\s\S])*?-->/g, '')
      .replace(/<(style|script|title|head)\b(?:(?!<\1\b)[\s\S])*?<\/\1\s*>/gi, '')
      .replace(/\s+/g, ' ')
      .replace(/<a\b([^<>]*)>((?:(?!<a\b)[\s\S])*?)<\/a\s*>/gi, linkText)
      .replace(/<li\b[^<>]*>/gi, '\n- ')
      .replace(/<\/(td|th)\s*>/gi, '  ')
      .replace(/<(br|\/tr|\/li)\b[^<>]*>/gi, '\n')
      .replace(/<\/?(p|div|h[1-6]|ul|ol|table|hr)\b[^<>]*>/gi, '\n\n')
      .replace(/<[^<>]*>/g, ''),
  )
    .replace(/(?<![ \t])[ \t]+\n/g, '\n')
    .replace(/\n[ \t]+/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

const linkText = (whole: string, attributes: string, label: string): string => {
  const href = /\bhref="([^"]*)"/i.exec(attributes)?.[1];
  if (href === undefined) return whole;
  const shown = label.replace(/<[^<>]*>/g, '').trim();
  if (/^\s*(?:javascript|vbscript|data):/i.test(href)) return shown;
  return shown === '' || shown === href || href.startsWith('mailto:') ? shown || href : `${shown}: ${href} `;
};

const decode = (text: string): string =>
  text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return named[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** Whether the text is HTML already. */
export const isHtml = (text: string): boolean => /<\/?[a-z][^<>]*>/i.test(text);

/** Plain text as HTML: blank lines part paragraphs. The text must be escaped. */
export const paragraphs = (escaped: string): string =>
  escaped
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph.trim().replaceAll('\n', '<br>')}</p>`)
    .join('\n');
