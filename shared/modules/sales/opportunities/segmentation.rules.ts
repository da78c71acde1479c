import { affinitiesShownBy } from '#modules/catalog/affinities';
import { relationBy } from '#modules/parties/segments';
import { Opportunity } from './opportunity.entity.ts';

const all = {
  name: 'opportunities',
  of: Opportunity,
  keeps: [
    'pipeline',
    'stage',
    'stageKind',
    'amount',
    'products',
    'expectedCloseOn',
    'closedOn',
    'campaign',
    'source',
    'lostReason',
    'competitor',
    'owner',
    'tags',
  ],
} as const;

/** The sales that may come about or did, as criteria of segments ask of them. */
export const opportunityRelations = [
  affinitiesShownBy(Opportunity, ({ account, products, createdAt }) =>
    account === undefined
      ? []
      : products.map(({ product }) => ({ account, product, source: 'OPPORTUNITY', on: createdAt })),
  ),
  relationBy({ ...all, subject: 'Account', by: 'account', describes: 'Opportunities of the account.' }),
  relationBy({ ...all, subject: 'Contact', by: 'contact', describes: 'Opportunities with the contact.' }),
];
