import {
  choice,
  date,
  defaulted,
  DomainError,
  integer,
  list,
  money,
  moneyOf,
  object,
  optional,
  pageOf,
  percent,
  query,
  record,
  records,
  ref,
  text,
  type Actor,
  type Context,
  type Row,
} from '#kernel';
import { mayCount } from '#kernel/rollup-cells';
import { Pipeline } from '#modules/platform/flows';
import { dimensions, groupCells } from './forecast.rules.ts';
import { Opportunity } from './opportunity.entity.ts';
import { boardCells, forecastCells } from './opportunity.projections.ts';
import type { ForecastCell } from './totals.rules.ts';

const columnFields = {
  stage: text({ describes: 'The key of the stage.' }),
  place: text({ describes: 'The column as `opportunities(where: {place})` takes it.' }),
  label: text({ describes: "The stage's name in the actor's language." }),
  count: integer({ describes: 'Opportunities in it, those not shown too.' }),
  amount: money({ describes: "Their amounts in the tenant's currency." }),
  cards: pageOf(
    Opportunity,
    'Its first cards, the nearest to closing first; go on with `opportunities(where: {place})`.',
  ),
};

export const board = query('board', {
  describes: 'A pipeline as columns of stages, with counts, totals and the first cards of each.',
  needs: 'opportunity.read',
  input: {
    pipeline: ref('Pipeline', { describes: 'Which pipeline.' }),
    owner: optional(ref('User', { describes: 'Only this person’s opportunities.' })),
    first: defaulted(integer({ min: 1, max: 50, describes: 'Cards per column.' }), 10),
  },
  returns: {
    pipeline: record(Pipeline, 'The pipeline.'),
    columns: list(object('BoardColumn', columnFields), { max: 30, describes: 'One column a stage, in order.' }),
  },
  run: async ({ pipeline: id, owner, first }, context) => {
    const pipeline = await context.data(Pipeline).get(id);
    const [totals, ...pages] = await Promise.all([
      stageTotals(context, id, owner),
      ...pipeline.stages.map(({ key }) => cardsOf(context, `${id}/${key}`, owner, first)),
    ]);
    const columns = pipeline.stages.flatMap((stage, index) => {
      const cards = pages[index];
      const total = totals.get(stage.key) ?? { count: 0, amount: 0 };
      if (!cards) return [];
      return [
        {
          stage: stage.key,
          place: `${id}/${stage.key}`,
          label: stage.labels[context.actor.locale],
          count: total.count,
          amount: moneyOf(total.amount, context.actor.currency),
          cards,
        },
      ];
    });
    return { pipeline, columns };
  },
});

const cardsOf = ({ data }: Context, place: string, owner: string | undefined, first: number) =>
  data(Opportunity).list({
    where: { place: { eq: place }, ...(owner !== undefined && { owner: { eq: owner } }) },
    orderBy: { field: 'expectedCloseOn', descending: false },
    first,
  });

type StageTotal = { readonly count: number; readonly amount: number };

const stageTotals = async (
  context: Context,
  pipeline: string,
  owner: string | undefined,
): Promise<ReadonlyMap<string, StageTotal>> => {
  const isAsked = (holder: string) =>
    mayCount(context.actor, Opportunity, holder) && (owner === undefined || holder === owner);
  const totals = new Map<string, StageTotal>();
  for (const { stage, currency, ...cell } of await boardCells(context, pipeline)) {
    if (!isAsked(cell.owner)) continue;
    const known = totals.get(stage) ?? { count: 0, amount: 0 };
    const counted = currency === context.actor.currency ? cell.amount : 0;
    totals.set(stage, { count: known.count + cell.count, amount: known.amount + counted });
  }
  return totals;
};

export const closestToClosing = query('closestToClosing', {
  describes: 'The open opportunities of a pipeline that are nearest to closing.',
  needs: 'opportunity.read',
  input: {
    pipeline: ref('Pipeline', { describes: 'Which pipeline.' }),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
    until: optional(date({ describes: 'Only those expected to close by this day.' })),
  },
  returns: { opportunities: records(Opportunity, 'The nearest first; those without an expected day come last.') },
  run: async ({ pipeline: id, first, until }, { data }) => {
    const { stages } = await data(Pipeline).get(id);
    const places = stages.filter(({ kind }) => kind === 'OPEN').map(({ key }) => `${id}/${key}`);
    const dated = { isNull: false, ...(until !== undefined && { lte: until }) };
    const { rows } = await data(Opportunity).list({
      where: { place: { in: places }, expectedCloseOn: dated },
      orderBy: { field: 'expectedCloseOn', descending: false },
      first,
    });
    return { opportunities: rows };
  },
});

const groupFields = {
  month: optional(text({ describes: '`YYYY-MM`; absent for opportunities without an expected day.' })),
  stage: optional(text({ describes: 'The key of the stage.' })),
  owner: optional(ref('User', { describes: 'Whose they are.' })),
  team: optional(ref('Team', { describes: 'Which team’s they are.' })),
  category: optional(text({ describes: 'OMITTED, PIPELINE, BEST_CASE, COMMIT or CLOSED.' })),
  count: integer({ describes: 'How many.' }),
  amount: money({ describes: 'Their amounts.' }),
  weighted: money({ describes: 'Their amounts times their chances.' }),
};

export const forecast = query('forecast', {
  describes:
    'Expected sales from totals kept current: grouped as asked, weighted by chance, with the views that forecasts are read by.',
  needs: 'opportunity.read',
  input: {
    pipeline: ref('Pipeline', { describes: 'Which pipeline.' }),
    from: optional(text({ pattern: /^\d{4}-\d{2}$/, describes: 'First month, `YYYY-MM`.' })),
    to: optional(text({ pattern: /^\d{4}-\d{2}$/, describes: 'Last month, `YYYY-MM`.' })),
    groupBy: defaulted(
      list(choice(dimensions, { named: 'ForecastDimension' }), { max: 5, describes: 'What to group by.' }),
      [],
    ),
    owner: optional(ref('User', { describes: 'Only this person’s.' })),
    team: optional(ref('Team', { describes: 'Only this team’s.' })),
    stage: optional(text({ describes: 'Only this stage.' })),
  },
  returns: {
    groups: list(object('ForecastGroup', groupFields), { max: 10_000, describes: 'The largest first.' }),
    closed: money({ describes: 'Won.' }),
    commit: money({ describes: 'Won, and what is committed.' }),
    bestCase: money({ describes: 'Won, committed, and the best case.' }),
    pipelineTotal: money({ describes: 'All that is open or won, omitted ones left out.' }),
    weighted: money({ describes: 'All amounts times their chances.' }),
    winRate: optional(percent({ describes: 'Won of those decided.' })),
  },
  run: async (input, context) => {
    if (input.from !== undefined && input.to !== undefined && input.from > input.to) {
      throw new DomainError('BAD_INPUT', 'The first month comes after the last.', ['to']);
    }
    const [pipeline, all] = await Promise.all([
      context.data(Pipeline).get(input.pipeline),
      forecastCells(context, input.pipeline, input),
    ]);
    const cells = all.filter((cell) => isAsked(context.actor, cell, input));
    return {
      groups: [...groupCells(cells, input.groupBy, context.actor.currency)],
      ...views(cells, pipeline, context.actor.currency),
    };
  },
});

type Asked = {
  readonly pipeline: string;
  readonly from?: string;
  readonly to?: string;
  readonly owner?: string;
  readonly team?: string;
  readonly stage?: string;
};

const isAsked = (actor: Actor, cell: ForecastCell, { owner, team, stage }: Asked): boolean =>
  mayCount(actor, Opportunity, cell.owner) &&
  (owner === undefined || cell.owner === owner) &&
  (team === undefined || cell.team === team) &&
  (stage === undefined || cell.stage === stage);

/** The sums that people read a forecast by, in the tenant's currency. */
const views = (cells: readonly ForecastCell[], pipeline: Row<typeof Pipeline>, currency: string) => {
  const own = cells.filter((cell) => cell.currency === currency);
  const amountOf = (...categories: readonly string[]) =>
    moneyOf(
      own.filter(({ category }) => categories.includes(category)).reduce((sum, { amount }) => sum + amount, 0),
      currency,
    );
  const kindOf = new Map(pipeline.stages.map(({ key, kind }) => [key, kind]));
  const countOf = (kind: string) =>
    cells.filter(({ stage }) => kindOf.get(stage) === kind).reduce((sum, { count }) => sum + count, 0);
  const decided = countOf('WON') + countOf('LOST');
  return {
    closed: amountOf('CLOSED'),
    commit: amountOf('CLOSED', 'COMMIT'),
    bestCase: amountOf('CLOSED', 'COMMIT', 'BEST_CASE'),
    pipelineTotal: amountOf('CLOSED', 'COMMIT', 'BEST_CASE', 'PIPELINE'),
    weighted: moneyOf(
      own.filter(({ category }) => category !== 'OMITTED').reduce((sum, { weighted }) => sum + weighted, 0),
      currency,
    ),
    ...(decided > 0 && { winRate: ((100 * countOf('WON')) / decided).toFixed(2).replace(/\.?0+$/, '') }),
  };
};
