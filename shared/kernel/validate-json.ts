// Free JSON: what may be stored of data whose form a tenant or a partner defines.

/** Most bytes of one JSON value, as UTF-8. */
export const maxJsonBytes = 64 * 1024;
/** Most levels of lists and objects inside each other. */
export const maxJsonDepth = 20;

/** Why the value cannot be stored, in words for people; undefined when it can. */
export const whyNotJson = (value: unknown): string | undefined => {
  const flaw = flawOf(value, 0);
  if (flaw) return flaw;
  return Buffer.byteLength(JSON.stringify(value)) > maxJsonBytes ? 'Must be at most 64 KB of JSON.' : undefined;
};

/** Whether a binary floating-point number keeps its value in DynamoDB, which holds 1e-130 to 1e126. */
export const isStorableNumber = (value: number): boolean =>
  value === 0 || (Number.isFinite(value) && Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126);

const flawOf = (value: unknown, depth: number): string | undefined => {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'Must be well-formed Unicode.';
  if (typeof value === 'number') return isStorableNumber(value) ? undefined : 'Must hold numbers of ordinary size.';
  if (typeof value !== 'object') return 'Must be JSON.';
  if (depth >= maxJsonDepth) return `Must be at most ${String(maxJsonDepth)} levels deep.`;
  return Array.isArray(value) ? firstFlaw(value, depth) : flawOfObject(value, depth);
};

const flawOfObject = (value: object, depth: number): string | undefined => {
  if (!isPlain(value)) return 'Must be JSON.';
  if (Object.hasOwn(value, '__proto__')) return 'Must not name a key "__proto__".';
  return firstFlaw(Object.keys(value), depth) ?? firstFlaw(Object.values(value), depth);
};

/** No class: its prototype is a root, of whatever realm, or none. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const firstFlaw = (values: readonly unknown[], depth: number): string | undefined => {
  for (const value of values) {
    const flaw = flawOf(value, depth + 1);
    if (flaw) return flaw;
  }
  return undefined;
};
