// MJML is compiled once, as a template is saved; what sends and shows mails never loads it.
import type { Problem } from '#kernel';
import { unbalancedTag } from './mjml-tags.rules.ts';

/** The most letters of a template in MJML: what it becomes is some five times as long. */
const mostSource = 30_000;
/** Gmail cuts mails off at 102 KB. */
const mostCompiled = 90_000;

/** Whether a text is written in MJML. */
export const isMjml = (body: string): boolean => /^\s*<mjml[\s>]/i.test(body);

type Compiled = { readonly html?: string; readonly problems: readonly Problem[] };

/** The HTML of a text in MJML, with its placeholders as they are; or what is wrong with it. */
export const compileMjml = async (source: string, path: readonly string[]): Promise<Compiled> => {
  const invalid = (message: string): Compiled => ({ problems: [{ code: 'TEMPLATE_INVALID', message, path }] });
  if (source.length > mostSource) return invalid(`MJML has at most ${String(mostSource)} letters.`);
  const unbalanced = unbalancedTag(source);
  if (unbalanced) return invalid(`MJML: Line ${String(unbalanced.line)} — ${unbalanced.message}`);
  try {
    const html = await htmlOf(source);
    if (html.length > mostCompiled) return invalid(`The mail would be cut off: it has ${String(html.length)} letters.`);
    return { html, problems: [] };
  } catch (error) {
    return invalid(messageOf(error));
  }
};

const htmlOf = async (source: string): Promise<string> => {
  const [{ default: core }, { default: preset }] = await Promise.all([import('mjml-core'), import('mjml-preset-core')]);
  // Includes would read files of the machine; minifying would load compilers.
  const { html } = await core.default(source, {
    presets: [preset],
    validationLevel: 'strict',
    ignoreIncludes: true,
    // None of those that MJML would have the reader's mail program fetch from somebody else.
    fonts: {},
    minify: false,
    beautify: false,
  });
  return html.replace(/\n\s*\n+/g, '\n').replace(/^ +/gm, '');
};

const messageOf = (error: unknown): string => {
  const [, first] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `MJML: ${(first ?? String(error)).replace(/of \S+ /, '').trim()}`.slice(0, 300);
};
