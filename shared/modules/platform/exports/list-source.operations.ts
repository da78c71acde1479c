import type { Context, ListQuery } from '#kernel';
import type { ExportSource, SourcePage } from './source.rules.ts';

const perPage = 100;

type Selection = Pick<ListQuery, 'where' | 'orderBy'>;

/** Any list of the API, with its `where` and `orderBy`. */
export const listSource: ExportSource = {
  name: 'list',
  page: async (recordType, selection, cursor, context: Context): Promise<SourcePage> => {
    const { where, orderBy } = (selection ?? {}) as Selection;
    const page = await context.data(context.registry.entity(recordType)).list({
      ...(where && { where }),
      ...(orderBy && { orderBy }),
      first: perPage,
      ...(cursor !== undefined && { after: cursor }),
    });
    return {
      rows: page.rows,
      ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
    };
  },
};
