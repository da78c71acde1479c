import type { Money, Problem } from '#kernel';

/** What the rules need to know of a product. */
type Product = {
  readonly id: string;
  readonly unit: string;
  readonly units?: readonly { readonly unit: string }[];
  readonly variantOf?: string;
  readonly variant?: readonly unknown[];
  readonly bundle?: readonly { readonly product: string }[];
  readonly isSold: boolean;
  readonly isBought: boolean;
  readonly listPrice?: Money;
  readonly cost?: Money;
};

/** What is wrong with a product. */
export const productProblems = (product: Product): readonly Problem[] => [
  ...Object.entries({ listPrice: product.listPrice, cost: product.cost })
    .filter(([, amount]) => amount !== undefined && amount.minor < 0)
    .map(([name]) => ({ code: 'NEGATIVE_AMOUNT', message: 'Must be zero or more.', path: [name] })),
  ...(product.isSold || product.isBought
    ? []
    : [{ code: 'NEITHER_SOLD_NOR_BOUGHT', message: 'A product is sold, bought or both.', path: ['isSold'] }]),
  ...unitProblems(product),
  ...familyProblems(product),
];

const unitProblems = ({ unit, units = [] }: Product): readonly Problem[] => {
  const names = [unit, ...units.map((other) => other.unit)].map((name) => name.toLowerCase());
  return new Set(names).size < names.length
    ? [
        {
          code: 'UNIT_TWICE',
          message: 'Each unit is named once; its own unit is not among the others.',
          path: ['units'],
        },
      ]
    : [];
};

const familyProblems = ({ id, variantOf, variant = [], bundle = [] }: Product): readonly Problem[] => [
  ...(variantOf === id
    ? [{ code: 'OWN_VARIANT', message: 'It cannot be a variant of itself.', path: ['variantOf'] }]
    : []),
  ...(variantOf === undefined && variant.length > 0
    ? [{ code: 'NO_VARIANT', message: 'Say of which product it is a variant.', path: ['variantOf'] }]
    : []),
  ...(bundle.some(({ product }) => product === id)
    ? [{ code: 'OWN_PART', message: 'It cannot consist of itself.', path: ['bundle'] }]
    : []),
];
