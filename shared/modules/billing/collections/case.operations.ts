import {
  choice,
  DomainError,
  given,
  mutation,
  optional,
  recordInput,
  ref,
  text,
  type ChangesOf,
  type Context,
} from '#kernel';
import { Account } from '#modules/parties/accounts';
import { closings, CollectionCase, type CollectionCaseRow } from './collection-case.entity.ts';
import { countOf, debtsOf, type Count } from './debts.operations.ts';

const own = recordInput('CollectionCase');

/** The open case of an account. */
export const openCaseOf = ({ trusted }: Context, account: string): Promise<CollectionCaseRow | undefined> =>
  trusted(CollectionCase).findUnique('openFor', account);

/** The open case of an account; a new one where there is none. Part of the caller's write. */
export const ensureCase = async (
  context: Context,
  account: string,
  counted: Count,
  collector?: string,
): Promise<CollectionCaseRow> => {
  const known = await openCaseOf(context, account);
  if (known) return known;
  const values = { account, ...counted, brokenPromises: 0, openedOn: context.clock.today() };
  return context.trusted(CollectionCase).create(given({ ...values, owner: collector }));
};

export const openCollectionCase = mutation('openCollectionCase', {
  describes: 'Begins to collect what an account owes too late. Where that has begun, answers the case there is.',
  needs: 'collectionCase.create',
  input: {
    account: ref('Account', { describes: 'Who owes.' }),
    owner: optional(ref('User', { describes: 'The collector; whoever handles the account when absent.' })),
  },
  returns: CollectionCase,
  fails: ['NOTHING_LATE'],
  run: async ({ account, owner }, context) => {
    await context.data(Account).get(account);
    const counted = countOf(await debtsOf(context, account), context.clock.today(), 0);
    if (counted.overdue.length === 0)
      throw new DomainError('NOTHING_LATE', 'The account owes nothing that is late.', ['account']);
    return ensureCase(context, account, counted, owner);
  },
});

/** The case with what is late counted anew. It is told only where something changed. */
export const recount = (
  context: Context,
  row: CollectionCaseRow,
  counted: Count,
  more: ChangesOf<typeof CollectionCase> = {},
): CollectionCaseRow => {
  const isSame =
    Object.keys(more).length === 0 &&
    JSON.stringify([row.overdue, row.oldestDays, row.priority]) ===
      JSON.stringify([counted.overdue, counted.oldestDays, counted.priority]);
  if (isSame) return row;
  const changes = { ...counted, ...more };
  return context.trusted(CollectionCase).update(row, changes, { event: 'collectionCase.counted', aside: true });
};

/** Ends a case. */
export const endCase = (
  context: Context,
  row: CollectionCaseRow,
  closing: (typeof closings)[number],
  reason?: string,
): CollectionCaseRow =>
  context.trusted(CollectionCase).move(row, 'CLOSED', {
    ...given({ closing, reason }),
    ...{ overdue: [], oldestDays: 0, priority: 0, closedOn: context.clock.today(), nextActionAt: null },
  });

export const closeCollectionCase = mutation('closeCollectionCase', {
  describes:
    'Ends the work on a case. Paid it ends by itself; as written off or because a dispute was resolved, people end it.',
  needs: 'collectionCase.close',
  input: {
    ...own,
    closing: choice(closings, { named: 'CollectionClosing', describes: 'Why.' }),
    reason: optional(text({ max: 500, describes: 'What there is to say.' })),
  },
  returns: CollectionCase,
  fails: ['STILL_LATE'],
  run: async ({ id, closing, reason }, context) => {
    const row = await context.data(CollectionCase).get(id);
    const debts = await debtsOf(context, row.account);
    const { overdue } = countOf(
      closing === 'DISPUTE_RESOLVED' ? debts.filter(isContested) : debts,
      context.clock.today(),
      0,
    );
    if (overdue.length > 0)
      throw new DomainError(
        'STILL_LATE',
        'Something is still owed too late; let it be paid, credited or written off.',
        ['closing'],
      );
    return endCase(context, row, closing, reason);
  },
});

const isContested = ({ disputed }: { readonly disputed: boolean }): boolean => disputed;

export const assignCollectionCase = mutation('assignCollectionCase', {
  describes: 'Gives a case to another collector.',
  needs: 'collectionCase.assign',
  input: { ...own, owner: ref('User', { describes: 'The collector.' }) },
  returns: CollectionCase,
  run: async ({ id, owner }, { data }) =>
    data(CollectionCase).update(await data(CollectionCase).get(id), { owner }, { event: 'collectionCase.assigned' }),
});

export const handCaseToLegal = mutation('handCaseToLegal', {
  describes: 'Notes that lawyers or an agency collect from now on.',
  needs: 'collectionCase.close',
  input: { ...own, reason: text({ min: 1, max: 500, describes: 'Why, and to whom.' }) },
  returns: CollectionCase,
  run: async ({ id, reason }, { data }) =>
    data(CollectionCase).move(await data(CollectionCase).get(id), 'LEGAL', { reason }),
});
