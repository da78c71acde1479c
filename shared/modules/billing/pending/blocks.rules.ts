// What keeps something from being invoiced: what the product finds by itself, and what people have set. Pure.

/** What the product finds by itself. */
const foundCodes = ['MISSING_REFERENCE', 'UNSIGNED_DELIVERY', 'CREDIT_HOLD', 'MISSING_TAX_ID'] as const;
/** What people set. */
export const setCodes = ['DISPUTED', 'HELD'] as const;
/** Why something cannot be invoiced. */
export const blockCodes = [...foundCodes, ...setCodes] as const;
/** Why something cannot be invoiced. */
export type BlockCode = (typeof blockCodes)[number];

type Block = { readonly code: BlockCode; readonly reason?: string; readonly by?: string; readonly at: string };

/** What is known about something to be invoiced. */
export type BlockFacts = {
  readonly account: {
    readonly type: string;
    readonly taxId?: string;
    readonly needsReference?: boolean;
    readonly needsProofOfDelivery?: boolean;
    readonly creditBlocked?: { readonly reason: string };
  };
  readonly reference: string | undefined;
  /** Whether it is of a delivery that nobody has confirmed yet. */
  readonly isUnconfirmed: boolean;
};

const findings: Readonly<Record<(typeof foundCodes)[number], (facts: BlockFacts) => boolean>> = {
  MISSING_REFERENCE: ({ account, reference }) => account.needsReference === true && (reference ?? '') === '',
  UNSIGNED_DELIVERY: ({ account, isUnconfirmed }) => account.needsProofOfDelivery === true && isUnconfirmed,
  CREDIT_HOLD: ({ account }) => account.creditBlocked !== undefined,
  // A person may stay unnamed on small invoices; a company never.
  MISSING_TAX_ID: ({ account }) => account.taxId === undefined && account.type !== 'PERSON',
};

/** The blocks as they are now: those that people set stay, those that the product finds are found anew. */
export const blocksAfter = (before: readonly Block[], facts: BlockFacts, at: string): readonly Block[] => [
  ...foundCodes
    .filter((code) => findings[code](facts))
    .map((code) => before.find((block) => block.code === code) ?? foundBlock(code, facts, at)),
  ...before.filter(({ code }) => isSet(code)),
];

const foundBlock = (code: BlockCode, { account }: BlockFacts, at: string): Block =>
  code === 'CREDIT_HOLD' && account.creditBlocked ? { code, at, reason: account.creditBlocked.reason } : { code, at };

const isSet = (code: BlockCode): boolean => setCodes.some((each) => each === code);

/** Whether two lists of blocks say the same. */
export const saySame = (some: readonly Block[], others: readonly Block[]): boolean =>
  some.length === others.length && some.every(({ code }, index) => others[index]?.code === code);
