// Chains of hashes: each link holds the hash of the one before it, so that nothing can be changed, left out or put between.
import { createHash } from 'node:crypto';

/** SHA-256 of bytes or text, in hex. */
export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** JSON with the names of objects in order and without what is undefined: the same value is always the same text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );

/** The hash of a link: over its content and the hash before it. */
export const chainedHash = (content: unknown, previousHash: string): string =>
  sha256(`${canonicalJson(content)}${previousHash}`);

/** A link of a chain. */
export type Link = { readonly place: number; readonly hash: string; readonly previousHash: string };

/** What is wrong with a chain; nothing when all of it is there and as it was written. `contentOf` answers what was hashed. */
export const chainProblem = <L extends Link>(
  links: readonly L[],
  { length, head }: { readonly length: number; readonly head: string },
  contentOf: (link: L) => unknown,
): string | undefined => {
  const ordered = [...links].sort((one, other) => one.place - other.place);
  let before = '';
  for (const [index, link] of ordered.entries()) {
    if (link.place !== index + 1) return `Link ${String(index + 1)} is missing.`;
    if (link.previousHash !== before) return `Link ${String(link.place)} does not follow the one before it.`;
    if (chainedHash(contentOf(link), before) !== link.hash) return `Link ${String(link.place)} was changed.`;
    before = link.hash;
  }
  if (ordered.length < length) return `Link ${String(ordered.length + 1)} is missing.`;
  return before === head ? undefined : 'The chain does not end as it was sealed.';
};
