import type { AnyRow, Context, FieldMap } from '#kernel';

/** Values of a row, as the API takes them. */
export type ImportValues = Readonly<Record<string, unknown>>;

/**
 * How records of an entity are made and changed by imports, where its create and update operations alone do not do it.
 * Modules contribute theirs to the extension point `imports.adapters`.
 */
export type ImportAdapter = {
  readonly entity: string;
  /** What a row may give; the input of the entity's create operation when not said. */
  readonly fields?: FieldMap;
  /** Values that all rows of a chunk have where they say nothing. */
  defaults?(context: Context): Promise<ImportValues>;
  create?(values: ImportValues, context: Context): Promise<AnyRow>;
  update?(row: AnyRow, values: ImportValues, context: Context): Promise<AnyRow>;
  /** Once all rows are done: what concerns several of them. `ids` are the records made or changed. */
  finish?(ids: readonly string[], context: Context): Promise<void>;
};

/** The name of the extension point. */
export const adapterPoint = 'imports.adapters';
