// The little of Markdown that the reference pages are made of.

/** Text that may stand in a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** A table; nothing when it has no rows. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

/** `name` as code. */
export const code = (name: string): string => `\`${name}\``;

/** Names as code, one after the other. */
export const codes = (names: readonly string[]): string => names.map(code).join(', ');

/** A link to a heading, of this page or another one. */
export const linkTo = (heading: string, page = ''): string =>
  `[${heading}](${page}#${heading
    .toLowerCase()
    .replaceAll(' ', '-')
    .replaceAll(/[^\w-]/g, '')})`;

/** Paragraphs, headings and tables as one page; what is empty is left out. */
export const page = (title: string, blocks: readonly string[]): string =>
  `${[`# ${title}`, madeBy, ...blocks].filter((block) => block !== '').join('\n\n')}\n`;

const madeBy = '<!-- Made by `npm run docs` from the declarations in shared/modules. Read it; never edit it. -->';
