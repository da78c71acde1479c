import { DomainError } from '#kernel';

/** A line, as far as its choice goes. */
export type ChoosableLine = {
  readonly key: string;
  readonly isOptional: boolean;
  readonly alternative?: string;
  readonly isChosen?: boolean;
};

/** The keys of the lines that are in the total. @throws TWO_CHOSEN when two alternatives are */
export const countedKeys = (lines: readonly ChoosableLine[]): ReadonlySet<string> => {
  const counted = new Set(
    lines
      .filter(({ alternative }) => alternative === undefined)
      .filter(countsAlone)
      .map(({ key }) => key),
  );
  for (const group of new Set(lines.flatMap(({ alternative }) => alternative ?? []))) {
    const rivals = lines.filter(({ alternative }) => alternative === group);
    const chosen = rivals.filter(({ isChosen }) => isChosen === true);
    if (chosen.length > 1)
      throw new DomainError('TWO_CHOSEN', `Of the alternatives ${group} only one can be chosen.`, ['lines']);
    const [taken] = chosen.length > 0 ? chosen : rivals.filter(({ isOptional }) => !isOptional);
    if (taken) counted.add(taken.key);
  }
  return counted;
};

const countsAlone = ({ isOptional, isChosen }: ChoosableLine): boolean =>
  isOptional ? isChosen === true : isChosen !== false;

/** Number and version in one, by which a version is told from the others. */
export const versionName = (number: string, revision: number): string => `${number}/${String(revision)}`;

/** Whether another version stands for it, or nothing does any more. */
export const isReplaced = (status: string): boolean => status === 'SUPERSEDED' || status === 'CANCELLED';

/** The place of a primary offer at its opportunity; there is one for each. */
export const primaryPlace = (isPrimary: boolean, opportunity: string | undefined) => ({
  isPrimary: isPrimary && opportunity !== undefined,
  primaryFor: isPrimary && opportunity !== undefined ? opportunity : null,
});
