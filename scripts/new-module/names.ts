// What a new module and the things in it are called: all made of `<area>/<module>`.

/** Areas of shared/modules, ground up. */
export const areas = [
  'platform',
  'parties',
  'engagement',
  'catalog',
  'sales',
  'billing',
  'marketing',
  'service',
  'insight',
] as const;

/** The names of a module, of its first entity, and of what belongs to it; for `sales/price-lists` as said beside. */
export type ModuleNames = {
  /** sales/price-lists */
  readonly path: string;
  /** sales */
  readonly area: string;
  /** price-lists */
  readonly folder: string;
  /** price-list */
  readonly file: string;
  /** PriceList */
  readonly entity: string;
  /** priceList */
  readonly word: string;
  /** priceLists */
  readonly plural: string;
  /** pri */
  readonly prefix: string;
};

/** The names that follow from a path. @throws Error that says what a path looks like, or that no prefix is left */
export const namesOf = (path: string, prefixes: { has(prefix: string): boolean }): ModuleNames => {
  const [area = '', folder = '', ...rest] = path.split('/');
  if (!areas.some((known) => known === area) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(folder) || rest.length > 0) {
    throw new Error(`Say <area>/<module>, such as sales/quotes; ${path} is none. Areas: ${areas.join(', ')}.`);
  }
  const file = singularOf(folder);
  const plural = camel(folder);
  const word = camel(file);
  if (word === plural) throw new Error(`Folders are plural, as users say it: ${folder}s?`);
  const entity = `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  return { path, area, folder, file, entity, word, plural, prefix: prefixOf(word, prefixes) };
};

/** `price-lists` -> `price-list`, `categories` -> `category`, `boxes` -> `box`. */
const singularOf = (plural: string): string => {
  if (/[^aeiou]ies$/.test(plural)) return plural.replace(/ies$/, 'y');
  if (/(x|ch|sh|ss)es$/.test(plural)) return plural.replace(/es$/, '');
  return plural.replace(/s$/, '');
};

const camel = (kebab: string): string => kebab.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The first of its beginnings and then of its consonants that no entity has. */
const prefixOf = (word: string, taken: { has(prefix: string): boolean }): string => {
  const letters = word.toLowerCase().replaceAll(/[^a-z]/g, '');
  const consonants = letters.charAt(0) + letters.slice(1).replaceAll(/[aeiou]/g, '');
  const candidates = [3, 4, 5].flatMap((length) => [letters.slice(0, length), consonants.slice(0, length)]);
  const free = candidates.find((candidate) => candidate.length > 1 && !taken.has(candidate));
  if (free === undefined) throw new Error(`No id prefix is left for ${word}; write one into its entity.`);
  return free;
};
