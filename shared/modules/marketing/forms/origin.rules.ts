import { given } from '#kernel';
import type { FormOrigin } from './form-submission.entity.ts';

const most = { page: 500, word: 200 } as const;

/** Where a visitor came from, by the address of the page and of the one before it. */
export const originOf = (page: string, referrer: string): FormOrigin => {
  const url = URL.canParse(page) ? new URL(page) : undefined;
  const word = (name: string): string | undefined => cut(url?.searchParams.get(`utm_${name}`) ?? '', most.word);
  return given({
    source: word('source'),
    medium: word('medium'),
    campaign: word('campaign'),
    term: word('term'),
    content: word('content'),
    referrer: cut(referrer, most.page),
    page: url && cut(`${url.origin}${url.pathname}`, most.page),
  });
};

/** The beginning of a text; nothing of an empty one. */
export const cut = (text: string, length: number): string | undefined =>
  text === '' ? undefined : text.slice(0, length);
