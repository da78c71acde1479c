// What an account owes, of its open invoices: figures of its overview.
import { list, money, optional, sum, type AnyRow, type Money } from '#kernel';
import type { AccountFigure } from '#modules/parties/accounts';
import type { InvoiceRow } from './invoice.entity.ts';

const amounts = (describes: string) =>
  optional(
    list(money(), {
      max: 20,
      describes: `${describes} One amount for each currency; absent where there are too many invoices.`,
    }),
  );

/** What is owed, by currency. */
export const owed = (rows: readonly AnyRow[]): readonly Money[] => {
  const issued = (rows as readonly InvoiceRow[]).filter(({ status }) => status === 'ISSUED');
  const byCurrency = Map.groupBy(issued, ({ balance }) => balance.currency);
  return [...byCurrency].map(([currency, of]) =>
    sum(
      of.map(({ balance }) => balance),
      currency,
    ),
  );
};

/** What the account owes. */
export const owedFigure: AccountFigure = {
  name: 'balance',
  field: amounts('What the account owes of its invoices.'),
  section: 'invoices',
  of: owed,
};
