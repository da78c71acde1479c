import { module } from '#kernel';
import { Promotion } from './promotion.entity.ts';

/** What makes buying attractive for a time. */
export const promotions = module('catalog/promotions', {
  entities: [Promotion],
  contributes: {
    'role-grants': [{ roles: ['manager', 'seller', 'support'], entities: { Promotion: { read: 'all' } } }],
  },
});
export { Promotion, type PromotionRow } from './promotion.entity.ts';
export { covers, isEnough, type ScopedLine } from './promotion.rules.ts';
export { giveBackPromotions, promotionsFor, usePromotions } from './running-promotions.operations.ts';
