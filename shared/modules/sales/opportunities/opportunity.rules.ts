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
  const isClosed = isClosing({ kind: row.stageKind });
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

/** Most visits that a record remembers, for every write pays for them in each of its indexes; the event log has them all. */
export const rememberedVisits = 20;

/** What a stage says of the records that stand in it. */
const saidBy = (stage: Stage) => ({
  stageKind: stage.kind,
  stageProbability: stage.probability,
  stageCategory: stage.category,
  staleAfterDays: stage.staleAfterDays ?? null,
});

/** The derived fields of a record that enters a stage. */
export const inStage = (pipeline: string, stage: Stage, at: string) => ({
  stage: stage.key,
  place: `${pipeline}/${stage.key}`,
  stageEnteredAt: at,
  isStale: false,
  ...saidBy(stage),
});

/** Whether a stage is the end of a deal. */
export const isClosing = ({ kind }: Pick<Stage, 'kind'>): boolean => kind === 'WON' || kind === 'LOST';

type Moving = { readonly stageEnteredAt: string; readonly lastActivityAt?: string };

/** When a record that nothing moves becomes stale; never in a stage without patience, or where nothing is to be done. */
export const staleFrom = (
  { stageEnteredAt, lastActivityAt = '' }: Moving,
  { kind, staleAfterDays }: Pick<Stage, 'kind' | 'staleAfterDays'>,
): string | undefined => {
  if (kind !== 'OPEN' || staleAfterDays === undefined) return undefined;
  const moved = lastActivityAt > stageEnteredAt ? lastActivityAt : stageEnteredAt;
  return new Date(Date.parse(moved) + staleAfterDays * 86_400_000).toISOString();
};

/** Whether a record has not moved for longer than its stage allows. */
export const isOutwaited = (row: Moving, stage: Stage, now: string): boolean => {
  const due = staleFrom(row, stage);
  return due !== undefined && due <= now;
};

/** The derived fields of a record whose stage was changed under it: own chance and category of the record stay. */
export const followingStage = (
  row: Moving & { readonly closedOn?: string },
  stage: Stage,
  { now, today }: { readonly now: string; readonly today: string },
) => ({
  ...saidBy(stage),
  isStale: isOutwaited(row, stage, now),
  closedOn: isClosing(stage) ? (row.closedOn ?? today) : null,
});

/** The keys of the stages that say something else than before. */
export const changedStages = (before: readonly Stage[], after: readonly Stage[]): readonly string[] =>
  after
    .filter((stage) => {
      const was = before.find(({ key }) => key === stage.key);
      return was !== undefined && JSON.stringify(saidBy(was)) !== JSON.stringify(saidBy(stage));
    })
    .map(({ key }) => key);

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
