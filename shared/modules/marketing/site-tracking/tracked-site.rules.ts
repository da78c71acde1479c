import type { Problem } from '#kernel';
import { originProblems } from '#modules/platform/links';

/** What is wrong with a site. */
export const siteProblems = ({ origins }: { readonly origins: readonly string[] }): readonly Problem[] =>
  origins.length === 0
    ? [{ code: 'BAD_INPUT', message: 'Say where the site is.', path: ['origins'] }]
    : originProblems(origins);
