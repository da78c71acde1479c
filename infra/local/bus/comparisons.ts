// The comparisons of one leaf in an EventBridge pattern: literals, prefix, suffix, wildcard, numeric and the rest.
import { BlockList, isIP } from 'node:net';
import { InvalidEventPattern } from './invalid-event-pattern.ts';

/** One compiled comparison: `holds` for a leaf that is there, `absent` the answer when there is none. */
export type Comparison = { readonly absent: boolean; readonly holds: (leaf: unknown) => boolean };

type Holds = Comparison['holds'];

/** Compiles one entry of a leaf's list. @throws InvalidEventPattern */
export function compileComparison(rule: unknown, path: string): Comparison {
  if (isLiteral(rule)) return { absent: false, holds: (leaf) => leaf === rule };
  const [operator, operand] = onlyEntry(rule, path);
  if (operator === 'exists') return compileExists(operand, path);
  const compile = operators[operator];
  if (!compile) throw new InvalidEventPattern(path, `There is no comparison ${operator}.`);
  return { absent: false, holds: compile(operand, path) };
}

const compileExists = (operand: unknown, path: string): Comparison => {
  if (typeof operand !== 'boolean') throw new InvalidEventPattern(path, 'exists takes true or false.');
  return { absent: !operand, holds: () => operand };
};

const compilePrefix = (operand: unknown, path: string): Holds => {
  const { text, fold } = foldable(operand, path, 'prefix');
  return ofString((leaf) => fold(leaf).startsWith(text));
};

const compileSuffix = (operand: unknown, path: string): Holds => {
  const { text, fold } = foldable(operand, path, 'suffix');
  return ofString((leaf) => fold(leaf).endsWith(text));
};

const compileEqualsIgnoreCase = (operand: unknown, path: string): Holds => {
  const text = stringOf(operand, path, 'equals-ignore-case').toLowerCase();
  return ofString((leaf) => leaf.toLowerCase() === text);
};

/** `*` is any run of characters, `\*` a star, `\\` a backslash. */
const compileWildcard = (operand: unknown, path: string): Holds => {
  const text = stringOf(operand, path, 'wildcard');
  if (/(?<!\\)(?:\\\\)*\*\*/.test(text)) throw new InvalidEventPattern(path, 'A wildcard has no two stars in a row.');
  if (/(?<!\\)(?:\\\\)*\\(?![\\*])/.test(text))
    throw new InvalidEventPattern(path, 'A wildcard escapes only * and \\.');
  const source = text.replace(/\\([\\*])|\*|[^\\*]+/g, (part, escaped: string | undefined) => {
    if (escaped !== undefined) return literally(escaped);
    return part === '*' ? '.*' : literally(part);
  });
  const expression = new RegExp(`^${source}$`, 's');
  return ofString((leaf) => expression.test(leaf));
};

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const bounds: Readonly<Record<string, (leaf: number, bound: number) => boolean>> = {
  '=': (leaf, bound) => leaf === bound,
  '<': (leaf, bound) => leaf < bound,
  '<=': (leaf, bound) => leaf <= bound,
  '>': (leaf, bound) => leaf > bound,
  '>=': (leaf, bound) => leaf >= bound,
};

const compileNumeric = (operand: unknown, path: string): Holds => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new InvalidEventPattern(path, 'numeric takes one or two pairs of an operator and a number.');
  }
  const pairs = operand.length === 4 ? [operand.slice(0, 2), operand.slice(2)] : [operand];
  const tests = pairs.map(([operator, bound]: readonly unknown[]) => {
    const compare = typeof operator === 'string' ? bounds[operator] : undefined;
    if (!compare || typeof bound !== 'number')
      throw new InvalidEventPattern(path, 'numeric knows =, <, <=, > and >= with a number.');
    return (leaf: number) => compare(leaf, bound);
  });
  return (leaf) => typeof leaf === 'number' && tests.every((test) => test(leaf));
};

const compileCidr = (operand: unknown, path: string): Holds => {
  const [address = '', bits = ''] = stringOf(operand, path, 'cidr').split('/');
  const version = isIP(address);
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || !(length <= (version === 4 ? 32 : 128)))
    throw new InvalidEventPattern(path, 'cidr takes an IP block as 10.0.0.0/24.');
  const block = new BlockList();
  block.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  return ofString((leaf) => isIP(leaf) === version && block.check(leaf, version === 4 ? 'ipv4' : 'ipv6'));
};

/** Values, or one nested comparison with one or several operands: true when none of them holds. */
const compileAnythingBut = (operand: unknown, path: string): Holds => {
  const excluded = isRecord(operand) ? nestedIn(operand, path) : literalsIn(operand, path);
  return (leaf) => !excluded.some((holds) => holds(leaf));
};

const nestedIn = (operand: unknown, path: string): readonly Holds[] => {
  const [operator, operands] = onlyEntry(operand, path);
  const compile = nestable.has(operator) ? operators[operator] : undefined;
  if (!compile) throw new InvalidEventPattern(path, `anything-but does not take ${operator}.`);
  return listOf(operands, path).map((each) => compile(each, path));
};

const literalsIn = (operand: unknown, path: string): readonly Holds[] =>
  listOf(operand, path).map((value) => {
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new InvalidEventPattern(path, 'anything-but takes strings or numbers.');
    return (leaf) => leaf === value;
  });

const operators: Readonly<Record<string, (operand: unknown, path: string) => Holds>> = {
  prefix: compilePrefix,
  suffix: compileSuffix,
  wildcard: compileWildcard,
  numeric: compileNumeric,
  cidr: compileCidr,
  'equals-ignore-case': compileEqualsIgnoreCase,
  'anything-but': compileAnythingBut,
};

const nestable = new Set(['prefix', 'suffix', 'wildcard', 'equals-ignore-case']);

const foldable = (
  operand: unknown,
  path: string,
  operator: string,
): { text: string; fold: (leaf: string) => string } => {
  if (!isRecord(operand)) return { text: stringOf(operand, path, operator), fold: (leaf) => leaf };
  const [nested, text] = onlyEntry(operand, path);
  if (nested !== 'equals-ignore-case') throw new InvalidEventPattern(path, `${operator} does not take ${nested}.`);
  return { text: stringOf(text, path, operator).toLowerCase(), fold: (leaf) => leaf.toLowerCase() };
};

const onlyEntry = (rule: unknown, path: string): readonly [string, unknown] => {
  const [entry, ...others] = isRecord(rule) ? Object.entries(rule) : [];
  if (!entry || others.length > 0)
    throw new InvalidEventPattern(path, 'A comparison is a value or an object with one operator.');
  return entry;
};

const listOf = (operand: unknown, path: string): readonly unknown[] => {
  const list: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw new InvalidEventPattern(path, 'A list of values cannot be empty.');
  return list;
};

const stringOf = (operand: unknown, path: string, operator: string): string => {
  if (typeof operand !== 'string') throw new InvalidEventPattern(path, `${operator} takes a string.`);
  return operand;
};

const ofString =
  (test: (leaf: string) => boolean): Holds =>
  (leaf) =>
    typeof leaf === 'string' && test(leaf);

const isLiteral = (rule: unknown): boolean => rule === null || ['string', 'number', 'boolean'].includes(typeof rule);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
