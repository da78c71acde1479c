import {
  date,
  decimal,
  DomainError,
  integer,
  list,
  mayReach,
  money,
  moneyOf,
  object,
  optional,
  query,
  ref,
  scopeOf,
  type Context,
} from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { Account } from '#modules/parties/accounts';
import { dayAfter, daysBetween } from '#modules/platform/settings';
import { seesOf } from './account-reach.rules.ts';
import { ageingAt, buckets, oldestDays, type Ageing } from './ageing.rules.ts';
import { averageDaysDelinquent, collectionEffectiveness, daysSalesOutstanding } from './figures.rules.ts';
import { readMovements } from './movements.operations.ts';
import { everybody } from './open-items.projections.ts';
import { Payment } from './payment.entity.ts';

const amount = (describes: string) => money({ describes });

/** What is owed in a currency, as answers have it. */
export const ageingFields = object('Ageing', {
  notDue: amount('What is not yet due.'),
  days1to30: amount('What was due 1 to 30 days ago.'),
  days31to60: amount('What was due 31 to 60 days ago.'),
  days61to90: amount('What was due 61 to 90 days ago.'),
  days91to120: amount('What was due 91 to 120 days ago.'),
  over120: amount('What was due longer ago.'),
  total: amount('What is owed.'),
  overdue: amount('What of it is late.'),
  unapplied: amount('What was paid or credited and is not applied to any invoice.'),
});

const columns = [...buckets, 'total', 'overdue', 'unapplied'] as const;

/** What is owed, in money. */
export const inMoney = (ageing: Ageing) =>
  Object.fromEntries(columns.map((name) => [name, moneyOf(ageing[name], ageing.currency)])) as Readonly<
    Record<(typeof columns)[number], ReturnType<typeof moneyOf>>
  >;

const whose = {
  account: optional(ref('Account', { describes: 'Of this account.' })),
  owner: optional(ref('User', { describes: 'Of the invoices that this person owns.' })),
};

/** The totals that are asked for. @throws NOT_FOUND, FORBIDDEN where they reach beyond what the actor may see */
const partitionFor = async (
  context: Context,
  { account, owner }: { readonly account?: string; readonly owner?: string },
): Promise<string> => {
  const { actor, data } = context;
  const row = account === undefined ? undefined : await data(Account).get(account);
  const isSeen = row
    ? seesOf(actor, row, Invoice) && seesOf(actor, row, Payment)
    : mayReach(actor, scopeOf(actor, Invoice.name, 'read'), owner ?? '');
  if (!isSeen)
    throw new DomainError('FORBIDDEN', 'These receivables are not for you to see.', [row ? 'account' : 'owner']);
  return row?.id ?? owner ?? everybody;
};

/** What an account owed at the end of a day. */
export const ageingOf = async (
  context: Pick<Context, 'ports' | 'actor'>,
  partition: string,
  at: string,
): Promise<{ readonly ageing: readonly Ageing[]; readonly oldestDays: number }> => {
  const { debits, credits } = await readMovements(context, partition, at);
  return { ageing: ageingAt(at, debits, credits), oldestDays: oldestDays(at, debits) };
};

export const ageing = query('ageing', {
  describes:
    'What was owed at the end of any day, by how long ago it was due: of an account, of a person’s invoices, or of all. It is computed of what was invoiced, paid and credited up to that day; four requests, however much that is.',
  needs: 'invoice.read',
  input: { ...whose, at: optional(date({ describes: 'The day; today when absent.' })) },
  returns: {
    at: date({ describes: 'The day.' }),
    amounts: list(ageingFields, { max: 50, describes: 'By currency.' }),
    oldestDays: integer({ describes: 'How many days the oldest amount is late.' }),
  },
  run: async ({ at, ...of }, context) => {
    const day = at ?? context.clock.today();
    const found = await ageingOf(context, await partitionFor(context, of), day);
    return { at: day, amounts: found.ageing.map(inMoney), oldestDays: found.oldestDays };
  },
});

const figure = (describes: string) => optional(decimal({ describes }));

export const receivables = query('receivables', {
  describes:
    'How well what is owed is collected, over a period and by currency: days of sales outstanding, days late on average, effectiveness.',
  needs: 'invoice.read',
  input: {
    ...whose,
    from: date({ describes: 'The first day.' }),
    to: optional(date({ describes: 'The last day; today when absent.' })),
  },
  returns: {
    figures: list(
      object('ReceivablesFigures', {
        begin: amount('What was owed before the first day.'),
        sales: amount('What was invoiced in the period.'),
        end: amount('What was owed at the end of the last day.'),
        daysSalesOutstanding: figure('What is owed / what was invoiced x days of the period.'),
        averageDaysDelinquent: figure('How many of these days are late.'),
        collectionEffectiveness: figure('Percent collected of what could be.'),
      }),
      { max: 50, describes: 'By currency.' },
    ),
  },
  run: async ({ from, to, ...of }, context) => {
    const last = to ?? context.clock.today();
    if (last < from) throw new DomainError('BAD_INPUT', 'The period ends before it begins.', ['to']);
    const { debits, sales } = await readMovements(context, await partitionFor(context, of), last);
    const [before, after] = [ageingAt(dayAfter(from, -1), debits), ageingAt(last, debits)];
    const currencies = [...new Set(debits.map(({ currency }) => currency))].toSorted();
    return {
      figures: currencies.map((currency) => {
        const end = after.find((each) => each.currency === currency);
        const sold = sales.filter((sale) => sale.currency === currency && sale.on >= from);
        return figuresOf(currency, {
          begin: before.find((each) => each.currency === currency)?.total ?? 0,
          sales: sold.reduce((sum, sale) => sum + sale.amount, 0),
          end: end?.total ?? 0,
          endNotDue: end?.notDue ?? 0,
          days: daysBetween(from, last) + 1,
        });
      }),
    };
  },
});

const figuresOf = (currency: string, found: Parameters<typeof daysSalesOutstanding>[0]) => {
  const [dso, late, effective] = [
    daysSalesOutstanding(found),
    averageDaysDelinquent(found),
    collectionEffectiveness(found),
  ];
  return {
    begin: moneyOf(found.begin, currency),
    sales: moneyOf(found.sales, currency),
    end: moneyOf(found.end, currency),
    ...(dso !== undefined && { daysSalesOutstanding: dso }),
    ...(late !== undefined && { averageDaysDelinquent: late }),
    ...(effective !== undefined && { collectionEffectiveness: effective }),
  };
};
