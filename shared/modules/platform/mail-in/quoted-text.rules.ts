import { plainText } from '#modules/platform/mail-out';

/** A mail's text, parted into what its sender wrote and what it quotes. */
export type Divided = { readonly shown: string; readonly quoted: string };

const attributions: readonly RegExp[] = [
  /^\s*(?:on|el|le|am|em)\b.{4,200}\b(?:wrote|escribi[óo]|a écrit|schrieb|escreveu)\s*:\s*$/i,
  /^\s*-{2,}\s*(?:original message|mensaje original|mensagem original)\s*-{2,}\s*$/i,
];
const forwards =
  /^\s*(?:-{2,}\s*)?(?:forwarded message|mensaje reenviado|begin forwarded message|inicio del mensaje reenviado)/i;
/** The block that Outlook puts before what it quotes. */
const headerLine = /^\s*\*?(from|de|sent|enviado|to|para|cc|subject|asunto|date|fecha)\s*:\*?\s/i;

const isHeaderBlock = (lines: readonly string[], at: number): boolean =>
  /^\s*\*?(?:from|de)\s*:/i.test(lines[at] ?? '') &&
  lines.slice(at, at + 6).filter((line) => headerLine.test(line)).length >= 3;

/** An attribution may be broken over two lines. */
const isAttribution = (lines: readonly string[], at: number): boolean => {
  const [line = '', next = ''] = lines.slice(at, at + 2);
  if (/^\s*_{20,}\s*$/.test(line)) return isHeaderBlock(lines, at + 1);
  const whole = `${line.trim()} ${next.trim()}`;
  return attributions.some((pattern) => pattern.test(line)) || attributions[0]?.test(whole) === true;
};

const startOfQuote = (lines: readonly string[]): number =>
  lines.findIndex((line, at) => line.trim() !== '' && (isAttribution(lines, at) || isHeaderBlock(lines, at)));

const isQuoted = (line: string): boolean => /^\s*>/.test(line);
const joined = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/**
 * Parts a text. Answers written between quoted lines are shown; what is handed on is what the mail says; a mail that only quotes
 * is shown whole.
 */
export const divideQuoted = (text: string): Divided => {
  const lines = text.split('\n');
  if (lines.some((line) => forwards.test(line))) return { shown: text.trim(), quoted: '' };
  const start = startOfQuote(lines);
  const [before, after] = start === -1 ? [lines, []] : [lines.slice(0, start), lines.slice(start)];
  const isInterleaved = start === -1 || after.some(isQuoted);
  const own = (line: string, at: number): boolean => !isQuoted(line) && !(at < 2 && isAttribution(after, 0));
  const shown = joined([...before.filter((line) => !isQuoted(line)), ...(isInterleaved ? after.filter(own) : [])]);
  if (shown === '') return { shown: text.trim(), quoted: '' };
  const quoted = [...before.filter(isQuoted), ...(isInterleaved ? after.filter((line, at) => !own(line, at)) : after)];
  return { shown, quoted: joined(quoted) };
};

/** A text without the head of what it hands on; all of it where it says nothing else. */
export const withoutForwardHead = (text: string): string => {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => forwards.test(line));
  if (at === -1) return text;
  const rest = lines.slice(at + 1);
  const start = rest.findIndex((line) => line.trim() !== '' && !headerLine.test(line));
  const kept = joined([...lines.slice(0, at), ...(start === -1 ? [] : rest.slice(start))]);
  return kept === '' ? text : kept;
};

/** Letters that no text has, for where a quote begins and ends. */
const [begins, ends] = ['\ue000', '\ue001'];

/** HTML as text, in which what it quotes is quoted as text does it. */
export const textWithQuotes = (html: string): string => {
  const marked = html
    .replace(/[\ue000\ue001]/g, '')
    .replace(/<blockquote\b[^<>]*>/gi, `<p>${begins}</p>`)
    .replace(/<\/blockquote\s*>/gi, `<p>${ends}</p>`);
  let depth = 0;
  return plainText(marked)
    .split('\n')
    .flatMap((line) => {
      if (line === begins) depth += 1;
      else if (line === ends) depth = Math.max(0, depth - 1);
      else return [depth > 0 ? `> ${line}` : line];
      return [];
    })
    .join('\n');
};

/** Who wrote the mail that a text hands on, by the first From line in it. */
export const forwardedSender = (text: string): string | undefined => {
  const line = text.split('\n').find((each) => /^\s*>?\s*\*?(?:from|de)\s*:/i.test(each));
  return /[^\s<>[\]"']+@[^\s<>[\]"']+/
    .exec(line ?? '')?.[0]
    .replace(/^mailto:/i, '')
    .toLowerCase();
};
