// The keys of an entity: by what its records are found, and which fields that takes.

type Sort<Name> = Name | 'createdAt' | 'updatedAt';

/**
 * How records are found. The slot is named, never taken from the order of declaration (design.md section 5).
 * Closed records leave gsi4, unless the key keeps them because their lists are asked for (won deals on a board).
 */
export type KeySpec<Name extends string = string> =
  | {
      readonly gsi: 1;
      readonly of: Name;
      readonly sort: Sort<Name>;
      readonly on?: string;
      readonly as?: string;
      readonly openFirst?: boolean;
    }
  | { readonly gsi: 2; readonly sort: Sort<Name> }
  | { readonly gsi: 3; readonly sort: Sort<Name>; readonly shards?: number }
  | {
      readonly gsi: 4;
      readonly of: Name;
      readonly sort: Sort<Name>;
      readonly shards?: number;
      readonly keepsClosed?: boolean;
    }
  | { readonly gsi: 5; readonly of: Name }
  | { readonly link: Name; readonly sort: Sort<Name>; readonly on?: string };

/** A further parent whose list is kept by a projection, not by an index slot. */
export const link = <Name extends string, S extends string>(of: Name, sort: S, on?: string) => ({
  link: of,
  sort,
  ...(on !== undefined && { on }),
});

/** The fields that a key is made of. */
export const keyFields = (spec: KeySpec): readonly string[] => [
  ...('of' in spec ? [spec.of] : []),
  ...('link' in spec ? [spec.link] : []),
  ...('sort' in spec ? [spec.sort] : []),
];
