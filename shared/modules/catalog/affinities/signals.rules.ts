import { Activity } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { affinitiesShownBy } from './affinity-relation.operations.ts';

/** Somebody who names no strength likes it well enough to say so. */
const usual = 3;

/** What an account says itself, and what was talked about with it. */
export const ownSignals = [
  affinitiesShownBy(Account, ({ id, createdAt, interests = [] }) =>
    interests.map(({ product, strength = usual, date: on = createdAt }) => ({
      account: id,
      product,
      source: 'DECLARED',
      on,
      declared: strength,
    })),
  ),
  affinitiesShownBy(Activity, ({ account, status, products, completedAt }) =>
    account === undefined || status !== 'DONE' || completedAt === undefined
      ? []
      : products.map((product) => ({ account, product, source: 'ACTIVITY', on: completedAt })),
  ),
];
