// Whose records are: the three ways in which an entity may say it.

/** Whose a record is: a user field (and team field) of its own, which a new record takes from a parent; its parent's; or nobody's. */
export type Ownership<Name extends string = string> =
  | { readonly kind: 'field'; readonly user: Name; readonly team?: Name; readonly from?: Name }
  | { readonly kind: 'inherits'; readonly from: Name }
  | { readonly kind: 'none' };

/**
 * Owner is a user field of the record itself, and a team field where it has one. A new record that names neither belongs to the
 * owner of the record that `from` refers to, else to whoever makes it.
 */
export const ownedBy = <Name extends string>(user: Name, team?: Name, from?: Name) =>
  ({ kind: 'field', user, ...(team !== undefined && { team }), ...(from !== undefined && { from }) }) as const;
/** Owner is the owner of the record that this ref names. */
export const inheritsFrom = <Name extends string>(from: Name) => ({ kind: 'inherits', from }) as const;
/** Nobody owns it: the tenant's own data. */
export const noOwner = { kind: 'none' } as const;
