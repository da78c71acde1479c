import {
  boolean,
  choice,
  date,
  decimal,
  defaulted,
  derived,
  entity,
  integer,
  list,
  money,
  noOwner,
  object,
  optional,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';
import { promotionKinds, promotionProblems } from './promotion.rules.ts';

const bundleItem = object('PromotionItem', {
  product: ref('Product', { describes: 'The product.' }),
  quantity: decimal({ min: '0.000001', describes: 'How many of it.' }),
});

const step = object('PromotionStep', {
  from: money({ describes: 'From what sum of its lines on.' }),
  percent: optional(percent({ describes: 'This much off.' })),
  amount: optional(money({ describes: 'In place of a percentage: this amount off.' })),
});

/** What makes buying attractive for a time. */
export const Promotion = entity('Promotion', {
  idPrefix: 'pro',
  describes:
    'What makes buying attractive for a time: a reduction of some products, units for free, a set for a price, money off from some sum on.',
  fields: {
    name: text({
      min: 1,
      max: 100,
      search: 'words',
      describes: 'What it is called, also on documents: Three for two.',
    }),
    kind: choice(promotionKinds, {
      named: 'PromotionKind',
      describes:
        'PERCENT, AMOUNT_PER_UNIT and NET_PRICE reduce each line; BUY_X_GET_Y, BUNDLE and THRESHOLD look at several lines.',
    }),
    products: optional(
      list(ref('Product'), { max: 500, describes: 'The products that it is for; variants are those of theirs.' }),
    ),
    families: optional(
      list(text({ max: 80 }), { max: 100, describes: 'Families that it is for, with those within them.' }),
    ),
    brands: optional(
      list(text({ max: 80 }), { max: 100, describes: 'Brands that it is for. For everything when neither is said.' }),
    ),
    excluded: optional(list(ref('Product'), { max: 500, describes: 'Products that it is not for all the same.' })),
    accounts: optional(list(ref('Account'), { max: 500, describes: 'Only for these customers.' })),
    groups: optional(list(text({ max: 80 }), { max: 50, describes: 'Only for customers of these price groups.' })),
    channel: optional(text({ max: 40, describes: 'Only for sales through this channel.' })),
    coupon: optional(
      text({
        min: 3,
        max: 40,
        unique: true,
        describes: 'The word that a customer must say; no two promotions share one.',
      }),
    ),
    validFrom: optional(date({ describes: 'The first day.' })),
    validTo: optional(date({ describes: 'The last day.' })),
    isActive: defaulted(boolean({ describes: 'Whether it runs.' }), true),
    priority: defaulted(integer({ min: 0, max: 1000, describes: 'Which goes first; the greater does.' }), 0),
    stopsFurther: defaulted(
      boolean({ describes: 'Whether no other promotion over several lines comes behind it.' }),
      false,
    ),
    exclusiveGroup: optional(
      text({ max: 40, describes: 'Of those with the same word only the best for the customer counts on a line.' }),
    ),
    value: optional(decimal({ min: '0', describes: 'The percentage, the amount off a unit, or the price of a unit.' })),
    minQuantity: optional(decimal({ min: '0', describes: 'Only for lines of so many or more.' })),
    firstUnits: optional(decimal({ min: '0.000001', describes: 'Only for the first so many units of a line.' })),
    buy: optional(integer({ min: 1, max: 1000, describes: 'BUY_X_GET_Y: units to pay.' })),
    get: optional(integer({ min: 1, max: 1000, describes: 'BUY_X_GET_Y: units that are reduced for them.' })),
    getPercent: optional(percent({ describes: 'BUY_X_GET_Y: how much is off those; free when not said.' })),
    mixed: defaulted(
      boolean({ describes: 'BUY_X_GET_Y: whether units of different lines count together; the cheapest are reduced.' }),
      false,
    ),
    gifts: optional(list(ref('Product'), { max: 50, describes: 'BUY_X_GET_Y: reduced in place of what was bought.' })),
    items: optional(list(bundleItem, { max: 20, describes: 'BUNDLE: what makes a set.' })),
    bundlePrice: optional(money({ describes: 'BUNDLE: what a set costs.' })),
    steps: optional(list(step, { max: 20, describes: 'THRESHOLD: what is off from which sum on.' })),
    maxUses: optional(integer({ min: 1, describes: 'How many orders may use it.' })),
    maxUsesPerAccount: optional(integer({ min: 1, describes: 'How many orders of one customer may use it.' })),
    standing: derived(choice(['RUNS', 'RESTS'], { named: 'PromotionStanding', describes: 'Whether it is looked at.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' }, byStanding: { gsi: 4, of: 'standing', sort: 'priority' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  prepare: ({ isActive }) => ({ standing: isActive ? ('RUNS' as const) : ('RESTS' as const) }),
  check: (promotion) => promotionProblems(promotion),
});

/** A promotion, as code sees it. */
export type PromotionRow = Row<typeof Promotion>;
