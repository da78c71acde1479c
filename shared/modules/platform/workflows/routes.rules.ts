// Which way leads on from a step, and what that was decided by.
import type { Filter } from '#kernel';
import { filterHolds } from '#modules/platform/events';
import { concealed } from './concealing.rules.ts';
import { resolved, valueAt, wordsOf, type Sources } from './mapping.rules.ts';
import type { Route } from './plan.rules.ts';
import type { Facts } from './standing.rules.ts';
import type { Given } from './step-kinds.rules.ts';

type Known = { readonly facts: Facts; readonly sources: Sources };

/** Whether a route is for what came of its step. */
export const applies = ({ facts, sources }: Known, { when, value, is }: Route, result?: string): boolean => {
  if (when !== undefined && !filterHolds(facts.of, resolved(when, sources), facts.record, facts.country)) return false;
  if (is.length === 0) return value === undefined || valueAt(sources, value) !== undefined;
  const said = value === undefined ? result : valueAt(sources, value);
  return said !== undefined && is.includes(wordsOf(said));
};

/** What a branch went by: the values that its conditions name, up to the route that was taken, and that route; none of those: null. */
export const judgedBy = (known: Known, routes: readonly Route[]): Given => {
  const { facts, sources } = known;
  const taken = routes.findIndex((route) => applies(known, route));
  const shown = { ...sources, record: facts.of && facts.record && concealed(facts.of.fields, facts.record) };
  const paths = (taken < 0 ? routes : routes.slice(0, taken + 1)).flatMap(pathsIn);
  const { when } = routes[taken] ?? {};
  return {
    route: taken < 0 ? null : taken,
    ...(when !== undefined && { when: resolved(when, shown) }),
    values: Object.fromEntries(paths.map((path) => [path, brief(valueAt(shown, path))])),
  };
};

const pathsIn = ({ when = {}, value }: Route): readonly string[] => [
  ...fieldsIn(when).map((name) => `record.${name}`),
  ...(value === undefined ? [] : [value]),
];

const fieldsIn = (filter: Filter): readonly string[] =>
  Object.entries(filter).flatMap(([name, inside]) => {
    if (name === 'not') return fieldsIn(inside as Filter);
    return name === 'and' || name === 'or' ? (inside as readonly Filter[]).flatMap(fieldsIn) : [name];
  });

/** Letters of a value that the history keeps: a run has room for hundreds of decisions. */
const mostLetters = 200;

const brief = (value: unknown): unknown => {
  if (value === undefined) return null;
  const words = typeof value === 'string' ? value : JSON.stringify(value);
  return words.length <= mostLetters ? value : `${words.slice(0, mostLetters)}...`;
};
