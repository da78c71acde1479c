// What a payment is for: an exact reference before amount and customer, before the oldest first (domain.md 16).

/** An invoice that is not settled, as far as matching looks. Amounts are minor units. */
export type OpenItem = {
  readonly id: string;
  readonly number: string;
  readonly account: string;
  readonly dueOn: string;
  readonly open: number;
};

/** So much of a payment for an invoice. */
export type Share = { readonly invoice: string; readonly amount: number };

/** By what a payment was matched. */
export const matchRules = ['REFERENCE', 'AMOUNT', 'OLDEST_FIRST'] as const;
/** A proposal of what a payment is for. */
export type Proposal = { readonly rule: (typeof matchRules)[number]; readonly shares: readonly Share[] };

const byAge = (one: OpenItem, other: OpenItem): number =>
  one.dueOn === other.dueOn ? compareTexts(one.number, other.number) : compareTexts(one.dueOn, other.dueOn);
const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** An amount over invoices, the oldest first; what is left over stays with the payment. */
export const oldestFirst = (amount: number, items: readonly OpenItem[]): readonly Share[] => {
  let left = amount;
  return items.toSorted(byAge).flatMap(({ id, open }) => {
    const taken = Math.min(left, open);
    left -= taken;
    return taken > 0 ? [{ invoice: id, amount: taken }] : [];
  });
};

/** A number without its ornaments: `001-002-000000123` is `1002000000123`, as banks print it or do not. */
const bare = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replace(/^0+/, '');

/** The words of a reference that may be numbers of documents, and the whole of it. */
const wordsOf = (reference: string): ReadonlySet<string> =>
  new Set([reference, ...reference.split(/[\s,;:/#]+/)].map(bare).filter((word) => word !== ''));

/** Invoices that a reference names. */
export const namedIn = (reference: string, items: readonly OpenItem[]): readonly OpenItem[] => {
  const words = wordsOf(reference);
  return items.filter(({ number }) => words.has(bare(number)));
};

/** What a payment of a known customer is for; undefined when the customer owes nothing. */
export const proposalFor = (
  { amount, reference = '' }: { readonly amount: number; readonly reference?: string },
  items: readonly OpenItem[],
): Proposal | undefined => {
  const named = oldestFirst(amount, namedIn(reference, items));
  if (named.length > 0) return { rule: 'REFERENCE', shares: named };
  const exact = items.toSorted(byAge).find(({ open }) => open === amount);
  if (exact) return { rule: 'AMOUNT', shares: [{ invoice: exact.id, amount }] };
  const shares = oldestFirst(amount, items);
  return shares.length > 0 ? { rule: 'OLDEST_FIRST', shares } : undefined;
};
