import { boolean, choice, decimal, defaulted, entity, noOwner, optional, ref, text, type Row } from '#kernel';
import { samplePeriods } from './samples.rules.ts';

/** How many samples a seller may give away. */
export const SampleLimit = entity('SampleLimit', {
  idPrefix: 'sml',
  describes:
    'How many samples a seller may give away in a period: of a product, of each product of a family, or of each product. All limits that speak of a sample hold.',
  fields: {
    name: text({ min: 1, max: 100, describes: 'What it is called.' }),
    product: optional(ref('Product', { describes: 'Only for this product.' })),
    family: optional(text({ max: 80, describes: 'Only for products of this family.' })),
    user: optional(ref('User', { describes: 'Only for this seller; for each one otherwise.' })),
    team: optional(ref('Team', { describes: 'Only for orders of this team.' })),
    quantity: decimal({ min: '0', describes: 'How many of a product a seller may give, in its own unit.' }),
    period: defaulted(choice(samplePeriods, { named: 'SamplePeriod', describes: 'In which time.' }), 'MONTH'),
    isActive: defaulted(boolean({ describes: 'Whether it holds.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
});

/** A limit, as code sees it. */
export type SampleLimitRow = Row<typeof SampleLimit>;
