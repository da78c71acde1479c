// Reading on: page after page of a list, up to a limit that the caller documents.
import type { Page } from './page.ts';

/** Rows of a page, at most. */
const mostPerPage = 100;

/** What of a list is read. */
export type PageAsked = { readonly first: number; readonly after?: string };

/** Reads at most `most` rows; says whether that is all there is. */
export const readOn = async <R>(
  read: (asked: PageAsked) => Promise<Page<R>>,
  most: number,
): Promise<{ readonly rows: readonly R[]; readonly isComplete: boolean }> => {
  const rows: R[] = [];
  for (let after: string | undefined; ;) {
    const first = Math.min(mostPerPage, most - rows.length);
    const page = await read({ first, ...(after !== undefined && { after }) });
    rows.push(...page.rows);
    after = page.endCursor;
    if (!page.hasNextPage || after === undefined || rows.length >= most) return { rows, isComplete: !page.hasNextPage };
  }
};
