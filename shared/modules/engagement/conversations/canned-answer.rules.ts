import { DomainError, type Problem } from '#kernel';

const gap = /\{([a-zA-Z][\w]*)\}/g;

/** The names of the gaps in a text. */
export const gapsIn = (text: string): readonly string[] => [...text.matchAll(gap)].map(([, name = '']) => name);

type Wordings = { readonly es?: string; readonly en?: string };

/** What is wrong with an answer: it says nothing. */
export const cannedProblems = ({ es, en }: Wordings): readonly Problem[] =>
  es === undefined && en === undefined
    ? [{ code: 'WORDING_MISSING', message: 'An answer says something in one language at least.', path: ['es'] }]
    : [];

/** What an answer says in a language, or in the other where it has only that; its gaps filled. @throws VALUE_MISSING */
export const filled = (
  { es, en }: Wordings,
  locale: 'es' | 'en',
  values: Readonly<Record<string, string | undefined>>,
): string =>
  ((locale === 'es' ? es : en) ?? es ?? en ?? '').replaceAll(gap, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new DomainError('VALUE_MISSING', `The answer needs a value for {${name}}.`, ['values', name]);
    return value;
  });
