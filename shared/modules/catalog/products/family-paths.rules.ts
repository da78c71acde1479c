// Families lie within one another: `Drinks/Juices` is within `Drinks`.

/** A family and those that it lies within, the nearest first. */
export const ancestorsOf = (family: string | undefined): readonly string[] => {
  const parts = (family ?? '').split('/').filter((part) => part !== '');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
};

/** Whether a family is one, or lies within it, whatever its capitals. */
export const isWithin = (family: string | undefined, path: string): boolean =>
  family !== undefined && `${family.toLowerCase()}/`.startsWith(`${path.toLowerCase()}/`);
