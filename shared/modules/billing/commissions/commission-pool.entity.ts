import { date, derivedOptional, entity, link, list, money, noOwner, ref, text, type Row } from '#kernel';

/** What is sold in a period by those whose sales count together. */
export const CommissionPool = entity('CommissionPool', {
  idPrefix: 'cop',
  describes:
    'What is sold in a period of a plan by one seller, or by all members where they share: what tiers and bonuses are counted on.',
  fields: {
    plan: ref('CommissionPlan', { describes: 'The plan.' }),
    place: text({ max: 120, unique: true, describes: 'Plan, seller and first day in one.' }),
    sellers: list(ref('User'), { max: 200, describes: 'Whose sales count together.' }),
    from: date({ describes: 'The first day.' }),
    to: date({ describes: 'The last day.' }),
    sold: money({ describes: 'What was sold, less what came back.' }),
    byRates: money({ describes: 'What that is at the rates of its lines.' }),
    quota: derivedOptional(money({ describes: 'What was to be sold.' })),
    earned: money({ describes: 'The commission on it, by tiers or rates.' }),
    bonus: money({ describes: 'What reaching the quota gives.' }),
  },
  owner: noOwner,
  keys: {
    byPlan: { gsi: 1, of: 'plan', sort: 'from' },
    all: { gsi: 3, sort: 'from' },
    bySeller: link('sellers', 'from'),
  },
  title: ({ from, to }) => `${from} - ${to}`,
});

/** A pool, as code sees it. */
export type CommissionPoolRow = Row<typeof CommissionPool>;
