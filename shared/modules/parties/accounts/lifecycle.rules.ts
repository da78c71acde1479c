/** How far an account has come on its way to buying. */
export const lifecycles = ['PROSPECT', 'LEAD', 'CUSTOMER'] as const;
export type Lifecycle = (typeof lifecycles)[number];

/** What an account is to us. */
export type AccountKind = 'CUSTOMER' | 'PROSPECT' | 'SUPPLIER' | 'PRESCRIBER' | 'PARTNER' | 'OTHER';

/** What an account's place in its life follows from. */
export type Standing = {
  readonly kinds: readonly AccountKind[];
  readonly updatedAt: string;
  readonly leadSince?: string;
  readonly customerSince?: string;
};

/** One record all the way: a prospect that was qualified is a lead, and a customer is a prospect no more. */
export const settleLifecycle = (after: Standing) => {
  const isCustomer = after.kinds.includes('CUSTOMER');
  const kinds = [...new Set(after.kinds)].filter((kind) => !(isCustomer && kind === 'PROSPECT'));
  return {
    kinds,
    lifecycle: lifecycleOf(kinds, after),
    ...(isCustomer && { customerSince: after.customerSince ?? after.updatedAt }),
  };
};

const lifecycleOf = (kinds: readonly AccountKind[], { leadSince }: Standing): Lifecycle | null => {
  if (kinds.includes('CUSTOMER')) return 'CUSTOMER';
  if (!kinds.includes('PROSPECT')) return null;
  return leadSince === undefined ? 'PROSPECT' : 'LEAD';
};

/** What it is to us once it has bought. */
export const customerKinds = (kinds: readonly AccountKind[]): readonly AccountKind[] => [
  'CUSTOMER',
  ...kinds.filter((kind) => kind !== 'PROSPECT' && kind !== 'CUSTOMER'),
];

/** What it is to us while it may buy: a supplier may become a customer too. */
export const leadKinds = (kinds: readonly AccountKind[]): readonly AccountKind[] =>
  kinds.includes('PROSPECT') ? kinds : ['PROSPECT', ...kinds];
