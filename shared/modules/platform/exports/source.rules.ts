import type { AnyRow, Context } from '#kernel';

/** The name of the extension point: kinds of selections that can be exported. Modules contribute theirs (segments). */
export const sourcePoint = 'exports.sources';

/** A page of records to be written. */
export type SourcePage = { readonly rows: readonly AnyRow[]; readonly next?: string };

/** A kind of selection that can be exported. */
export type ExportSource = {
  /** Its word in `startExport`: list, segment. */
  readonly name: string;
  /** Records of the selection that the actor sees, from a cursor on. `selection` is as the client gave it. @throws DomainError */
  page(recordType: string, selection: unknown, cursor: string | undefined, context: Context): Promise<SourcePage>;
};
