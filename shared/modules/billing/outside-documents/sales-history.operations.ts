import { integer, list, money, object, query, records, ref, text, defaulted, type Context, type Money } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { Account } from '#modules/parties/accounts';
import { OutsideDocument } from './outside-document.entity.ts';
import { outsideTotals } from './outside-document.projections.ts';
import { monthsIn, owedIn, type MonthOfSales } from './outside-document.rules.ts';

const amount = (describes: string) => money({ describes });

export const salesHistory = query('salesHistory', {
  describes:
    'What an account bought, was invoiced, paid and owes, as other systems (an ERP) tell it: by month, what is open and overdue, and the latest documents. Three requests, however much there is.',
  needs: 'outsideDocument.read',
  input: {
    account: ref('Account', { describes: 'Whose history.' }),
    months: defaulted(integer({ min: 1, max: 60, describes: 'How many months, the latest first.' }), 12),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many documents.' }), 20),
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
      }),
      { max: 240, describes: 'Months in which something happened, the latest first; one entry a currency.' },
    ),
    owed: list(
      object('OwedAmount', { open: amount('What is open.'), overdue: amount('What of it was due before today.') }),
      { max: 20, describes: 'What is owed, by currency.' },
    ),
    documents: records(OutsideDocument, 'The latest documents.'),
  },
  run: async ({ account: id, months, first }, context) => {
    const [account, cells, documents] = await Promise.all([
      context.data(Account).get(id),
      readRollup(context.ports.table, context.actor.tenant, outsideTotals.name, id),
      latest(context, id, first),
    ]);
    return {
      months: monthsIn(cells).slice(0, months).map(inMoney),
      owed: owedIn(cells, context.clock.today()).map(({ currency, open, overdue }) => ({
        open: { minor: open, currency },
        overdue: { minor: overdue, currency },
      })),
      documents: account.archivedAt === undefined ? documents : [],
    };
  },
});

const latest = async ({ data }: Context, account: string, first: number) =>
  (await data(OutsideDocument).page('byAccount', { of: account, first, descending: true })).rows;

const inMoney = ({ month, currency, ordered, delivered, invoiced, credited, paid }: MonthOfSales) => {
  const of = (minor: number): Money => ({ minor, currency });
  return {
    month,
    ordered: of(ordered),
    delivered: of(delivered),
    invoiced: of(invoiced),
    credited: of(credited),
    paid: of(paid),
  };
};
