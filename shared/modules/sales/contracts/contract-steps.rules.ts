// What a contract does by itself, and when: one step at a time, never the whole series. Pure.
import { dayAfter, monthsLater } from '#modules/platform/settings';
import { sliceFrom, type PeriodTerms, type Slice } from './contract-days.rules.ts';

/** What may be next: warn of the end, bill a period, change the prices, or end or go on behind the term. */
export const stepKinds = ['NOTICE', 'INDEXATION', 'PERIOD', 'TERM'] as const;

/** What the steps of a contract follow from. */
export type ContractFacts = PeriodTerms & {
  readonly status: string;
  readonly billing: 'IN_ADVANCE' | 'IN_ARREARS';
  readonly noticeDays: number;
  readonly indexation?: { readonly month: number };
  /** The first day that no period has covered. */
  readonly nextFrom?: string;
  /** The end of which people were warned. */
  readonly noticedFor?: string;
  /** The last day on which prices were changed, or should have been. */
  readonly indexedOn?: string;
  /** A change that waits for the period under way. */
  readonly pendingChange?: { readonly on: string };
  readonly cancelsOn?: string;
};

/** A step, on its day. */
export type Step =
  | { readonly kind: 'PERIOD'; readonly on: string; readonly slice: Slice }
  | { readonly kind: 'NOTICE' | 'INDEXATION' | 'TERM'; readonly on: string };

/** The next step of a contract; nothing while it does not run, or where nothing will ever be due. */
export const nextStep = (facts: ContractFacts): Step | undefined => {
  if (facts.status !== 'ACTIVE' && facts.status !== 'SUSPENDED') return undefined;
  const billing = facts.status === 'ACTIVE' ? billingSteps(facts) : [];
  const steps = [...noticeStep(facts), ...billing, ...termStep(facts)];
  return steps.toSorted((left, right) => (left.on < right.on ? -1 : Number(left.on > right.on)))[0];
};

const noticeStep = ({ endsOn, cancelsOn, noticedFor, noticeDays }: ContractFacts): readonly Step[] =>
  endsOn === undefined || cancelsOn !== undefined || noticedFor === endsOn
    ? []
    : [{ kind: 'NOTICE', on: dayAfter(endsOn, -noticeDays) }];

const termStep = ({ endsOn }: ContractFacts): readonly Step[] =>
  endsOn === undefined ? [] : [{ kind: 'TERM', on: dayAfter(endsOn, 1) }];

/** A period has the prices of its first day: one that began before prices change is billed first, with the old ones. */
const billingSteps = (facts: ContractFacts): readonly Step[] => {
  const slice = sliceFrom(facts, facts.nextFrom ?? facts.startsOn);
  const period: readonly Step[] = slice ? [{ kind: 'PERIOD', on: billedOn(facts, slice), slice }] : [];
  const due = facts.pendingChange?.on ?? indexationDay(facts);
  if (due === undefined) return period;
  const waits = slice !== undefined && slice.from < due;
  const on = waits && billedOn(facts, slice) > due ? billedOn(facts, slice) : due;
  const change: Step = { kind: 'INDEXATION', on };
  return waits ? [...period, change] : [change, ...period];
};

/** The day on which a period is billed. */
export const billedOn = ({ billing }: Pick<ContractFacts, 'billing'>, { from, to }: Slice): string =>
  billing === 'IN_ADVANCE' ? from : dayAfter(to, 1);

/** The day on which prices change next: the first of the month of each year, behind the first day of the contract. */
export const indexationDay = ({
  indexation,
  indexedOn,
  startsOn,
}: Pick<ContractFacts, 'indexation' | 'indexedOn' | 'startsOn'>): string | undefined => {
  if (!indexation) return undefined;
  const after = indexedOn ?? startsOn;
  const thatYear = `${after.slice(0, 4)}-${String(indexation.month).padStart(2, '0')}-01`;
  return thatYear > after ? thatYear : monthsLater(thatYear, 12);
};
