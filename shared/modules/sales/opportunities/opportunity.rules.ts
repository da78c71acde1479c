import { multiply, percentOf, sum, type Money, type Problem } from '#kernel';
import type { Stage } from '#modules/platform/flows';

type Product = { readonly quantity: string; readonly price?: Money };
type Counting = {
  readonly products: readonly Product[];
  readonly amount?: Money;
  readonly account?: string;
  readonly probability?: string;
  readonly category?: Stage['category'];
  readonly stageProbability: string;
  readonly stageCategory: Stage['category'];
  readonly stageKind: Stage['kind'];
};

/** The amount that the products make, where each has a price in one currency. */
export const amountOfProducts = (products: readonly Product[]): Money | undefined => {
  const [first] = products;
  const currency = first?.price?.currency;
  if (currency === undefined || products.some(({ price }) => price?.currency !== currency)) return undefined;
  return sum(
    products.flatMap(({ price, quantity }) => (price ? [multiply(price, quantity)] : [])),
    currency,
  );
};

/** What follows from products, stage and own settings: amount, chance, category, weighted amount, flags. */
export const withAmounts = (row: Counting) => {
  const amount = amountOfProducts(row.products) ?? row.amount;
  const isClosed = row.stageKind === 'WON' || row.stageKind === 'LOST';
  const chance = isClosed ? row.stageProbability : (row.probability ?? row.stageProbability);
  const counted = isClosed ? row.stageCategory : (row.category ?? row.stageCategory);
  return {
    chance,
    counted,
    isIncomplete: row.account === undefined || amount === undefined,
    ...(amount && { amount, weightedAmount: percentOf(amount, chance) }),
    ...(!amount && { weightedAmount: null as never }),
  };
};

/** What cannot be. */
export const opportunityProblems = (row: { readonly amount?: Money }): readonly Problem[] =>
  row.amount && row.amount.minor < 0
    ? [{ code: 'BAD_INPUT', message: 'An amount is not negative.', path: ['amount'] }]
    : [];

type Standing = {
  readonly stage: string;
  readonly stageEnteredAt: string;
  readonly stageHistory: readonly {
    readonly stage: string;
    readonly enteredAt: string;
    readonly leftAt: string;
    readonly seconds: number;
    readonly by: string;
  }[];
};

/** Most visits that a record remembers; the event log has them all. */
const rememberedVisits = 200;

/** The derived fields of a record that enters a stage. */
export const inStage = (pipeline: string, stage: Stage, at: string) => ({
  stage: stage.key,
  place: `${pipeline}/${stage.key}`,
  stageKind: stage.kind,
  stageProbability: stage.probability,
  stageCategory: stage.category,
  stageEnteredAt: at,
  isStale: false,
  staleAfterDays: stage.staleAfterDays ?? null,
});

/** The history of a record that leaves its stage. */
export const visitsAfter = (row: Standing, at: string, by: string): Standing['stageHistory'] => {
  const seconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(row.stageEnteredAt)) / 1000));
  const visit = { stage: row.stage, enteredAt: row.stageEnteredAt, leftAt: at, seconds, by };
  return [...row.stageHistory, visit].slice(-rememberedVisits);
};

/** The event of a move, by what the new stage means. */
export const moveEvent = (from: Stage['kind'], to: Stage['kind']): string => {
  if (to === from) return 'opportunity.stageChanged';
  if (to === 'OPEN') return 'opportunity.reopened';
  return { WON: 'opportunity.won', LOST: 'opportunity.lost', POSTPONED: 'opportunity.postponed' }[to];
};
