import { DomainError, given, type Problem } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';

type Facts = {
  readonly startsOn: string;
  readonly endsOn?: string;
  readonly renewal: string;
};

/** What cannot be right about the terms of a contract. */
export const contractProblems = ({ startsOn, endsOn, renewal }: Facts): readonly Problem[] => [
  ...(endsOn !== undefined && endsOn < startsOn
    ? [{ code: 'BAD_INPUT', message: 'It ends before it begins.', path: ['endsOn'] }]
    : []),
  ...(endsOn === undefined && renewal === 'AUTOMATIC'
    ? [{ code: 'BAD_INPUT', message: 'Only what ends can be renewed: say when.', path: ['renewal'] }]
    : []),
];

type AskedIndexation = {
  readonly percent?: string;
  readonly index?: string;
  readonly from?: string;
  readonly to?: string;
};

/** By how much prices change: as was said, or as an index went. @throws INDEX_INCOMPLETE */
export const indexationOf = ({ percent, index, from, to }: AskedIndexation) => {
  if (percent !== undefined) return given({ percent, index });
  if (index === undefined || from === undefined || to === undefined)
    throw new DomainError('INDEX_INCOMPLETE', 'Say a percentage, or an index with both its values.', ['percent']);
  const change = new Exact(to).div(from).minus(1).times(100).toDecimalPlaces(6);
  return { percent: decimalText(change), index: `${index}: ${from} → ${to}` };
};
