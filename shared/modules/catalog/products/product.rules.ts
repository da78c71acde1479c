import type { Money, Problem } from '#kernel';

/** What the rules need to know of a product. */
type Product = {
  readonly isSold: boolean;
  readonly isBought: boolean;
  readonly listPrice?: Money;
  readonly cost?: Money;
};

/** What is wrong with a product. */
export const productProblems = ({ isSold, isBought, listPrice, cost }: Product): readonly Problem[] => [
  ...Object.entries({ listPrice, cost })
    .filter(([, amount]) => amount !== undefined && amount.minor < 0)
    .map(([name]) => ({ code: 'NEGATIVE_AMOUNT', message: 'Must be zero or more.', path: [name] })),
  ...(isSold || isBought
    ? []
    : [{ code: 'NEITHER_SOLD_NOR_BOUGHT', message: 'A product is sold, bought or both.', path: ['isSold'] }]),
];
