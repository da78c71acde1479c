// What sales sees of collecting (COL-03), and how well promises are kept.
import {
  boolean,
  date,
  DomainError,
  decimal,
  defaulted,
  given,
  integer,
  list,
  mayReach,
  optional,
  query,
  record,
  records,
  ref,
  scopeOf,
  type AnyEntity,
  type Context,
} from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { Invoice } from '#modules/billing/invoices';
import { Account } from '#modules/parties/accounts';
import { ageingFields, ageingOf, inMoney, Payment, percentage, seesOf } from '#modules/billing/payments';
import { openCaseOf } from './case.operations.ts';
import { CollectionActivity } from './collection-activity.entity.ts';
import { CollectionCase } from './collection-case.entity.ts';
import { DunningBlock } from './dunning-block.entity.ts';
import { blockOf } from './credit.operations.ts';
import { DunningLetter } from './dunning-letter.entity.ts';
import { InstalmentPlan } from './instalment-plan.entity.ts';
import { PaymentPromise } from './payment-promise.entity.ts';
import { everybody, promisesByDay } from './promise.projections.ts';

export const collectionHistory = query('collectionHistory', {
  describes:
    'How an account pays, for whoever handles it: what it owes and how old that is, the case with what collectors did, payments, promises, plans and letters, the newest first. The same requests, however much there is.',
  needs: 'collectionCase.read',
  input: {
    account: ref('Account', { describes: 'Whose.' }),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many of each kind.' }), 20),
  },
  returns: {
    ageing: list(ageingFields, { max: 50, describes: 'What it owes today.' }),
    oldestDays: integer({ describes: 'How many days the oldest amount is late.' }),
    isBlocked: boolean({ describes: 'Whether it cannot order.' }),
    block: optional(record(DunningBlock, 'Why it cannot.')),
    case: optional(record(CollectionCase, 'The open case.')),
    actions: records(CollectionActivity, 'What collectors did and plan on that case.'),
    payments: records(Payment, 'What it paid.'),
    promises: records(PaymentPromise, 'What it promised.'),
    plans: records(InstalmentPlan, 'What it pays in instalments.'),
    letters: records(DunningLetter, 'The letters that it got.'),
  },
  run: async ({ account: id, first }, context) => {
    // What collectors own is not theirs alone: each kind is seen as far as one's right over it reaches who handles the account.
    const account = await context.data(Account).get(id);
    const sees = (of: AnyEntity): boolean => seesOf(context.actor, account, of);
    const [{ ageing, oldestDays }, block, row] = await Promise.all([
      sees(Invoice) ? ageingOf(context, id, context.clock.today()) : nothingOwed,
      sees(DunningBlock) ? blockOf(context, id) : undefined,
      sees(CollectionCase) ? openCaseOf(context, id) : undefined,
    ]);
    const lists = await listsOf(context, { account: id, first, sees, ...given({ case: row?.id }) });
    return {
      ...{ ageing: ageing.map(inMoney), oldestDays, isBlocked: block !== undefined },
      ...given({ block, case: row }),
      ...lists,
    };
  },
});

const none = { rows: [] };
const nothingOwed = { ageing: [], oldestDays: 0 };

type Wanted = {
  readonly account: string;
  readonly first: number;
  readonly case?: string;
  /** Whether such records of the account are for whoever asks. */
  readonly sees: (of: AnyEntity) => boolean;
};

const listsOf = async ({ trusted }: Context, { account, first, case: row, sees }: Wanted) => {
  const latest = { of: account, first, descending: true } as const;
  const [actions, letters, ...halves] = await Promise.all([
    row === undefined
      ? []
      : trusted(CollectionActivity)
          .list({ where: { collectionCase: { eq: row } }, orderBy: { field: 'agendaAt', descending: true }, first })
          .then(({ rows }) => rows),
    sees(DunningLetter) ? trusted(DunningLetter).page('byAccount', latest) : none,
    ...[true, false].map(async (open) => ({
      payments: sees(Payment) ? (await trusted(Payment).page('byAccount', { ...latest, open })).rows : [],
      promises: sees(PaymentPromise) ? (await trusted(PaymentPromise).page('byAccount', { ...latest, open })).rows : [],
      plans: sees(InstalmentPlan) ? (await trusted(InstalmentPlan).page('byAccount', { ...latest, open })).rows : [],
    })),
  ]);
  const newest = <R>(rows: readonly R[], dayOf: (row: R) => string): readonly R[] =>
    rows.toSorted((one, other) => (dayOf(one) < dayOf(other) ? 1 : -1)).slice(0, first);
  return {
    actions,
    letters: letters.rows,
    payments: newest(
      halves.flatMap(({ payments }) => payments),
      ({ receivedOn }) => receivedOn,
    ),
    promises: newest(
      halves.flatMap(({ promises }) => promises),
      ({ promisedOn }) => promisedOn,
    ),
    plans: newest(
      halves.flatMap(({ plans }) => plans),
      ({ madeOn }) => madeOn,
    ),
  };
};

export const promiseFigures = query('promiseFigures', {
  describes: 'How many promises to pay were kept, of those whose day came in a period: one request.',
  needs: 'paymentPromise.read',
  input: {
    from: date({ describes: 'The first day.' }),
    to: optional(date({ describes: 'The last day; today when absent.' })),
    owner: optional(ref('User', { describes: 'Of the accounts that this person handles; all when absent.' })),
  },
  returns: {
    kept: integer({ describes: 'How many were kept.' }),
    keptInPart: integer({ describes: 'How many in part.' }),
    broken: integer({ describes: 'How many were broken.' }),
    keptRate: optional(decimal({ describes: 'Percent that was kept; absent where there were none.' })),
  },
  run: async ({ from, to, owner }, { actor, ports, clock }) => {
    if (!mayReach(actor, scopeOf(actor, PaymentPromise.name, 'read'), owner ?? ''))
      throw new DomainError('FORBIDDEN', 'These promises are not for you to see.', ['owner']);
    const range = { from, to: `${to ?? clock.today()}~` };
    const cells = await readRollup(ports.table, actor.tenant, promisesByDay.name, owner ?? everybody, range);
    const sumOf = (status: string) => [...cells.values()].reduce((sum, cell) => sum + (cell[status] ?? 0), 0);
    const [kept, keptInPart, broken] = [sumOf('KEPT'), sumOf('PARTIAL'), sumOf('BROKEN')];
    return { kept, keptInPart, broken, ...given({ keptRate: percentage(kept, kept + keptInPart + broken) }) };
  },
});
