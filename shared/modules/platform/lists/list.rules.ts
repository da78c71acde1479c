import type { Problem } from '#kernel';
import { fold } from '#modules/platform/search';

/** What the rules need to know of an entry. */
export type Entry = {
  readonly id: string;
  readonly list: string;
  readonly key: string;
  readonly labels: { readonly es: string; readonly en: string };
  readonly status: 'ACTIVE' | 'RETIRED' | 'MERGED';
  readonly mergedInto?: string;
};

/** Records hold the key, so it stays. */
export const entryProblems = (after: Entry, before?: Entry): readonly Problem[] => {
  if (!before || (after.key === before.key && after.list === before.list)) return [];
  const message = 'Records hold the key of an entry. Make another entry and merge this one into it.';
  return [{ code: 'KEY_IS_FIXED', message, path: ['key'] }];
};

/** The entries of all lists, to be found by what people write. */
export type ListIndex = {
  readonly byText: ReadonlyMap<string, Entry>;
  readonly byId: ReadonlyMap<string, Entry>;
};

const textKey = (list: string, text: string): string => `${list}:${fold(text.trim())}`;

/** A key is meant before a label, and an entry in use before one that is not. */
export const indexOf = (entries: readonly Entry[]): ListIndex => {
  const inUse = entries.filter(({ status }) => status === 'ACTIVE');
  const retired = entries.filter(({ status }) => status === 'RETIRED');
  const texts = [
    ...entries.map((entry) => [entry.key, entry] as const),
    ...[...inUse, ...retired].flatMap((entry) => [
      [entry.labels.es, entry] as const,
      [entry.labels.en, entry] as const,
    ]),
  ];
  const byText = new Map<string, Entry>();
  for (const [text, entry] of texts) {
    const key = textKey(entry.list, text);
    if (!byText.has(key)) byText.set(key, entry);
  }
  return { byText, byId: new Map(entries.map((entry) => [entry.id, entry])) };
};

/** Merges that are followed one after the other; there are no circles, since nothing is merged into a merged entry. */
const mostMerges = 50;

/** The entry that a text stands for, merges followed. */
export const entryFor = ({ byText, byId }: ListIndex, list: string, text: string): Entry | undefined => {
  let found = byText.get(textKey(list, text));
  for (let step = 0; found?.mergedInto !== undefined && step < mostMerges; step += 1)
    found = byId.get(found.mergedInto);
  return found;
};
