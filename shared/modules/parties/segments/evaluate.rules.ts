import type { Predicate } from '#kernel/filter-predicate';
import { spanOf, type MomentTest } from './moments.rules.ts';

/** Values by field: those of a record, or of a fact. */
export type Values = Readonly<Record<string, unknown>>;

/** A moment in milliseconds, and whose clock tells the days. */
export type Moment = { readonly at: number; readonly timeZone: string };

/** Criteria, read and checked. */
export type Criterion =
  | { readonly is: 'all' | 'any'; readonly members: readonly Criterion[] }
  | { readonly is: 'not'; readonly member: Criterion }
  | { readonly is: 'filter'; readonly holds: Predicate }
  | { readonly is: 'moment'; readonly path: readonly string[]; readonly test: MomentTest; readonly days: number }
  /** Among the facts of a relation, or in a list of the record's own, at least so many that the member holds for. */
  | {
      readonly is: 'related' | 'listed';
      readonly name: string;
      readonly member: Criterion;
      readonly least: number;
    }
  /** The record that a field refers to. */
  | { readonly is: 'referred'; readonly name: string; readonly entity: string; readonly member: Criterion };

/** A record with all that its criteria ask for. */
export type Known = {
  readonly row: Values;
  readonly related: ReadonlyMap<string, { readonly facts: readonly Values[]; readonly changesAt?: number }>;
  readonly referred: ReadonlyMap<string, Known>;
};

/** Whether criteria hold, and the next moment at which time alone may change that. */
export type Outcome = { readonly holds: boolean; readonly next?: number };

const no: Outcome = { holds: false };
const nothing = { related: new Map<string, never>(), referred: new Map<string, never>() };

/** Whether criteria hold for a record at a moment. */
export const evaluate = (criterion: Criterion, known: Known, at: Moment): Outcome => {
  switch (criterion.is) {
    case 'all':
    case 'any':
      return joined(criterion, known, at);
    case 'not':
      return turned(evaluate(criterion.member, known, at));
    case 'filter':
      return { holds: criterion.holds(known.row) };
    case 'moment':
      return atMoment(criterion, known.row, at);
    case 'listed':
    case 'related':
      return counted(criterion, factsFor(criterion, known), at);
    case 'referred': {
      const referred = known.referred.get(criterion.name);
      return referred ? evaluate(criterion.member, referred, at) : no;
    }
  }
};

const turned = ({ holds, next }: Outcome): Outcome => ({ holds: !holds, ...nextIn([next]) });

/** One member that time does not change may decide for good; then it does not matter when the others change. */
const joined = ({ is, members }: Extract<Criterion, { is: 'all' | 'any' }>, known: Known, at: Moment): Outcome => {
  const decisive = is === 'any';
  const outcomes = members.map((member) => evaluate(member, known, at));
  if (outcomes.some(({ holds, next }) => holds === decisive && next === undefined)) return { holds: decisive };
  const holds = outcomes.some((each) => each.holds === decisive) ? decisive : !decisive;
  return { holds, ...nextIn(outcomes.map(({ next }) => next)) };
};

const nextIn = (moments: readonly (number | undefined)[]): { readonly next?: number } => {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? {} : { next: Math.min(...known) };
};

const atMoment = (
  { path, test, days }: Extract<Criterion, { is: 'moment' }>,
  row: Values,
  { at, timeZone }: Moment,
): Outcome => {
  const value = path.reduce<unknown>((inside, step) => (inside as Values | undefined)?.[step], row);
  if (typeof value !== 'string') return no;
  const { from, until } = spanOf(test, days, value, timeZone);
  const ahead = [from, until].filter((moment) => moment > at && Number.isFinite(moment));
  return { holds: from <= at && at < until, ...nextIn(ahead) };
};

type Counted = Extract<Criterion, { is: 'related' | 'listed' }>;
type Facts = { readonly facts: readonly Values[]; readonly changesAt?: number };

const factsFor = ({ is, name }: Counted, { row, related }: Known): Facts =>
  (is === 'related' ? related.get(name) : undefined) ?? { facts: is === 'listed' ? entriesOf(row[name]) : [] };

const entriesOf = (value: unknown): readonly Values[] => (Array.isArray(value) ? (value as readonly Values[]) : []);

const counted = ({ member, least }: Counted, { facts, changesAt }: Facts, at: Moment): Outcome => {
  const outcomes = facts.map((row) => evaluate(member, { row, ...nothing }, at));
  return {
    holds: outcomes.filter(({ holds }) => holds).length >= least,
    ...nextIn([...outcomes.map(({ next }) => next), changesAt]),
  };
};
