// EventBridge event patterns: a pattern is validated and compiled once into a predicate over events.
import { compileComparison } from './comparisons.ts';
import { InvalidEventPattern } from './invalid-event-pattern.ts';

/** A compiled pattern. */
export type EventMatcher = (event: unknown) => boolean;

/** Compiles a pattern as AWS writes it. @throws InvalidEventPattern */
export function compilePattern(pattern: unknown): EventMatcher {
  if (!isRecord(pattern)) throw new InvalidEventPattern('', 'A pattern is a JSON object.');
  if (Object.keys(pattern).length === 0) throw new InvalidEventPattern('', 'A pattern names at least one field.');
  return compileFields(pattern, '');
}

const compileFields = (fields: Readonly<Record<string, unknown>>, path: string): EventMatcher => {
  const matchers = Object.entries(fields).map(([name, rule]) => {
    if (name === '$or' && isAlternatives(rule)) return compileAlternatives(rule, `${path}$or`);
    const matches = compileRule(rule, `${path}${name}`);
    return (record: unknown) => matches(isRecord(record) ? record[name] : undefined);
  });
  return (value) => matchers.every((matches) => matches(value));
};

const compileRule = (rule: unknown, path: string): EventMatcher => {
  if (Array.isArray(rule)) return compileLeaf(rule, path);
  if (!isRecord(rule))
    throw new InvalidEventPattern(path, 'A field takes a list of values or an object of further fields.');
  if (Object.keys(rule).length === 0) throw new InvalidEventPattern(path, 'An object of fields cannot be empty.');
  const matches = compileFields(rule, `${path}.`);
  return (value) => (Array.isArray(value) ? value.some((element) => matches(element)) : matches(value));
};

const compileAlternatives = (alternatives: readonly unknown[], path: string): EventMatcher => {
  if (alternatives.length < 2) throw new InvalidEventPattern(path, 'Alternatives are at least two.');
  const matchers = alternatives.map((alternative, index) => {
    if (!isRecord(alternative))
      throw new InvalidEventPattern(`${path}[${index}]`, 'An alternative is an object of fields.');
    return compileFields(alternative, `${path}[${index}].`);
  });
  return (value) => matchers.some((matches) => matches(value));
};

/** An event's list matches when any of its elements does; only leaves count as present. */
const compileLeaf = (rules: readonly unknown[], path: string): EventMatcher => {
  if (rules.length === 0) throw new InvalidEventPattern(path, 'A list of values cannot be empty.');
  const comparisons = rules.map((rule) => compileComparison(rule, path));
  return (value) => {
    const leaves = leavesOf(value);
    return comparisons.some(({ absent, holds }) => (leaves.length === 0 ? absent : leaves.some(holds)));
  };
};

const leavesOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === undefined || isRecord(value) ? [] : [value];
};

/** A field may itself be called `$or`; only a list of objects is the operator. */
const isAlternatives = (rule: unknown): rule is readonly unknown[] => Array.isArray(rule) && rule.some(isRecord);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
