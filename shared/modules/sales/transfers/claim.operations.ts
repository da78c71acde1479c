import {
  add,
  date,
  DomainError,
  isZero,
  list,
  money,
  mutation,
  object,
  recordInput,
  ref,
  subtract,
  sum,
  text,
  type Context,
  type Money,
} from '#kernel';
import { TransferClaim, type TransferClaimRow } from './transfer-ledger.entity.ts';
import { TransferOrder, type TransferOrderRow } from './transfer-order.entity.ts';
import { Wholesaler } from './wholesaler.entity.ts';

/** The permission to let a difference pass. */
export const accepts = 'transferClaim.accept';

/** Orders of a claim, at most: they are settled in one write. */
const mostClaimed = 40;

export const claimTransfers = mutation('claimTransfers', {
  describes:
    'Notes what a wholesaler wants back for the discounts on what it served. Where each amount is what we expect, the claim and its orders are settled at once; otherwise it stays open with the difference.',
  needs: 'transferClaim.create',
  input: {
    wholesaler: ref('Wholesaler', { describes: 'Who claims.' }),
    number: text({ min: 1, max: 60, describes: 'The number of its claim.' }),
    claimedOn: date({ describes: 'The day of its claim.' }),
    lines: list(
      object('ClaimedTransfer', {
        transferOrder: ref('TransferOrder', { describes: 'For which order.' }),
        amount: money({ describes: 'How much.' }),
      }),
      { max: mostClaimed, describes: 'Order by order.' },
    ),
  },
  returns: TransferClaim,
  fails: ['CLAIMED_TWICE', 'OTHER_WHOLESALER', 'NO_LINES'],
  run: async ({ wholesaler, number, claimedOn, lines: asked }, context) => {
    await context.data(Wholesaler).get(wholesaler);
    const place = `${wholesaler}#${number}`;
    if (await context.trusted(TransferClaim).findUnique('place', place))
      throw new DomainError('CLAIMED_TWICE', `Claim ${number} was noted before.`, ['number']);
    const lines = await expectedLines(context, wholesaler, asked);
    const totals = totalsOf(lines);
    const claim = context.data(TransferClaim).create({ wholesaler, number, claimedOn, place, lines, ...totals });
    return lines.every(isExpected) ? settle(context, claim) : claim;
  },
});

type Line = TransferClaimRow['lines'][number];

const isExpected = ({ amount, expected }: Line): boolean => isZero(subtract(amount, expected));

const expectedLines = async (
  { data }: Context,
  wholesaler: string,
  asked: readonly { readonly transferOrder: string; readonly amount: Money }[],
): Promise<readonly Line[]> => {
  if (asked.length === 0) throw new DomainError('NO_LINES', 'Say for which orders.', ['lines']);
  if (new Set(asked.map(({ transferOrder }) => transferOrder)).size < asked.length)
    throw new DomainError('CLAIMED_TWICE', 'An order is claimed twice.', ['lines']);
  const lines: Line[] = [];
  for (const [index, { transferOrder: id, amount }] of asked.entries()) {
    const transfer = await data(TransferOrder).get(id);
    assertClaimable(transfer, wholesaler, index);
    const expected = transfer.compensation;
    if (expected.currency !== amount.currency)
      throw new DomainError('CURRENCY_MISMATCH', `It is of ${expected.currency}.`, ['lines', index, 'amount']);
    lines.push({ transferOrder: id, amount, expected });
  }
  return lines;
};

const assertClaimable = ({ status, number, wholesaler }: TransferOrderRow, by: string, index: number): void => {
  const path = ['lines', index, 'transferOrder'];
  if (wholesaler !== by) throw new DomainError('OTHER_WHOLESALER', `Another one served ${number}.`, path);
  if (status !== 'SERVED')
    throw new DomainError('INVALID_STATE', `${number} is ${status}; what is served is settled.`, path);
};

const totalsOf = (lines: readonly Line[]) => {
  const currency = lines[0]?.amount.currency ?? '';
  const amount = sum(
    lines.map((line) => line.amount),
    currency,
  );
  return { amount, difference: subtract(amount, lines.map(({ expected }) => expected).reduce(add)) };
};

const settle = async (context: Context, claim: TransferClaimRow, reason?: string): Promise<TransferClaimRow> => {
  for (const { transferOrder } of claim.lines) {
    const transfer = await context.trusted(TransferOrder).get(transferOrder);
    context.trusted(TransferOrder).move(transfer, 'SETTLED', { claim: claim.id });
  }
  return context.data(TransferClaim).move(claim, 'SETTLED', reason === undefined ? {} : { reason });
};

const decision = {
  ...recordInput('TransferClaim'),
  reason: text({ min: 1, max: 500, describes: 'Why.' }),
};

export const acceptTransferClaim = mutation('acceptTransferClaim', {
  describes: 'Lets a claim pass though it is not what was expected, and says why. Its orders are settled.',
  needs: accepts,
  input: decision,
  returns: TransferClaim,
  run: async ({ id, reason }, context) => settle(context, await context.data(TransferClaim).get(id), reason),
});

export const rejectTransferClaim = mutation('rejectTransferClaim', {
  describes: 'Rejects a claim and says why. Its orders can be claimed again.',
  needs: 'transferClaim.reject',
  input: decision,
  returns: TransferClaim,
  run: async ({ id, reason }, { data }) =>
    data(TransferClaim).move(await data(TransferClaim).get(id), 'REJECTED', { reason }),
});
