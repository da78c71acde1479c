// Values that may be absent: an optional field is left out, never undefined.

type Absent<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** An object without the names whose value is undefined. */
export type Given<T> = { [K in Exclude<keyof T, Absent<T>>]: T[K] } & { [K in Absent<T>]?: Exclude<T[K], undefined> };

/** The values that are there, for records and answers whose optional fields are left out. */
export const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;

/** A record as it would be after changes: what is absent stays, null clears. */
export const changedBy = <R extends object>(row: R, changes: object): R =>
  given(
    Object.fromEntries(Object.entries({ ...row, ...changes }).map(([name, value]) => [name, value ?? undefined])),
  ) as R;
