import {
  defaulted,
  integer,
  list,
  money,
  object,
  query,
  records,
  ref,
  text,
  type AnyRow,
  type Context,
  type Money,
  type Page,
} from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { Invoice } from '#modules/billing/invoices';
import { OutsideDocument, outsideTotals } from '#modules/billing/outside-documents';
import { Payment } from '#modules/billing/payments';
import { Account } from '#modules/parties/accounts';
import { Order } from '#modules/sales/orders';
import { ownTotals } from './history.projections.ts';
import { monthsIn, owedIn, type MonthOfSales } from './history.rules.ts';

const amount = (describes: string) => money({ describes });

export const salesHistory = query('salesHistory', {
  describes:
    'What an account bought, was invoiced, paid and owes, here and as other systems (an ERP) tell it: by month, what is open and overdue, and the latest orders, invoices, payments and documents of other systems. Fifteen requests at once, however much there is.',
  needs: 'outsideDocument.read',
  input: {
    account: ref('Account', { describes: 'Whose history.' }),
    months: defaulted(integer({ min: 1, max: 60, describes: 'How many months, the latest first.' }), 12),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many of the latest records of each kind.' }), 20),
  },
  returns: {
    months: list(
      object('MonthOfSales', {
        month: text({ describes: 'YYYY-MM.' }),
        ordered: amount('What was ordered.'),
        delivered: amount('What was delivered.'),
        invoiced: amount('What was invoiced.'),
        credited: amount('What was credited.'),
        paid: amount('What was paid.'),
        served: amount('What wholesalers served and invoiced of orders that we took, without taxes.'),
      }),
      { max: 240, describes: 'Months in which something happened, the latest first; one entry a currency.' },
    ),
    owed: list(
      object('OwedAmount', { open: amount('What is open.'), overdue: amount('What of it was due before today.') }),
      { max: 20, describes: 'What is owed, by currency.' },
    ),
    orders: records(Order, 'The latest orders.'),
    invoices: records(Invoice, 'The latest invoices.'),
    payments: records(Payment, 'The latest payments.'),
    documents: records(OutsideDocument, 'The latest documents of other systems.'),
  },
  run: async ({ account: id, months, first }, context) => {
    const account = await context.data(Account).get(id);
    const [cells, latest] = await Promise.all([
      cellsFor(context, id),
      account.archivedAt === undefined ? latestOf(context, id, first) : noneLatest,
    ]);
    const owed = owedIn(cells, context.clock.today()).map(({ currency, open, overdue }) => ({
      open: { minor: open, currency },
      overdue: { minor: overdue, currency },
    }));
    return { months: monthsIn(cells).slice(0, months).map(inMoney), owed, ...latest };
  },
});

const noneLatest = { orders: [], invoices: [], payments: [], documents: [] };

const cellsFor = ({ ports, actor }: Context, account: string) =>
  Promise.all([outsideTotals, ...ownTotals].map(({ name }) => readRollup(ports.table, actor.tenant, name, account)));

/** The newest records of each kind that the actor may see, open and closed ones. */
const latestOf = async ({ data }: Context, account: string, first: number) => {
  const asked = { of: account, first, descending: true };
  const [orders, invoices, payments, { rows: documents }] = await Promise.all([
    newest((open) => data(Order).page('byAccount', { ...asked, open }), first),
    newest((open) => data(Invoice).page('byAccount', { ...asked, open }), first),
    newest((open) => data(Payment).page('byAccount', { ...asked, open }), first),
    data(OutsideDocument).page('byAccount', asked),
  ]);
  return { orders, invoices, payments, documents };
};

const newest = async <R extends Pick<AnyRow, 'createdAt'>>(
  read: (open: boolean) => Promise<Page<R>>,
  first: number,
): Promise<readonly R[]> => {
  const pages = await Promise.all([read(true), read(false)]);
  const rows = pages.flatMap((page) => page.rows);
  return rows.toSorted((left, right) => (left.createdAt > right.createdAt ? -1 : 1)).slice(0, first);
};

const inMoney = ({ month, currency, ordered, delivered, invoiced, credited, paid, served }: MonthOfSales) => {
  const of = (minor: number): Money => ({ minor, currency });
  return {
    month,
    ordered: of(ordered),
    delivered: of(delivered),
    invoiced: of(invoiced),
    credited: of(credited),
    paid: of(paid),
    served: of(served),
  };
};
