// The files of this repository as the architecture tests see them.
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const codeFolders = '{infra,functions,graphql,shared,test,bench,scripts,docs}';

/** Paths below the code folders, with `/` on every platform, sorted. */
export const paths = (pattern = '**/*.*'): readonly string[] =>
  globSync(`${codeFolders}/${pattern}`, { exclude: ['bench/results'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();

/** TypeScript below a folder that is not a test. */
export const productFiles = (folder: string): readonly string[] =>
  globSync(`${folder}/**/*.ts`)
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.endsWith('.test.ts'))
    .sort();

export const read = (path: string): string => readFileSync(path, 'utf8');

/** `quote` of `shared/modules/sales/quotes/quote.rules.test.ts`. */
export const stem = (path: string): string => basename(path).split('.')[0] ?? '';

/** `['rules', 'test']` of `shared/modules/sales/quotes/quote.rules.test.ts`. */
export const suffixes = (path: string): readonly string[] => basename(path).split('.').slice(1, -1);
