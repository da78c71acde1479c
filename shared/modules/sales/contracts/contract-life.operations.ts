// What becomes of a contract: it is signed, rests, goes on, changes its prices, is renewed or cancelled.
import {
  date,
  decimal,
  DomainError,
  given,
  integer,
  mutation,
  optional,
  percent,
  recordInput,
  text,
  type Context,
} from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { dayAfter } from '#modules/platform/settings';
import { cancelSignatures } from '#modules/platform/signing';
import { noteConverted } from '#modules/sales/quotes';
import { sliceFrom } from './contract-days.rules.ts';
import { indexed } from './contract-lines.operations.ts';
import { anotherTerm, billPeriod, withStep } from './contract-steps.operations.ts';
import { Contract, type ContractRow } from './contract.entity.ts';
import { indexationOf } from './contract.rules.ts';

const own = recordInput('Contract');
const indexValue = (describes: string) => decimal({ min: '0.000001', describes });
const reason = text({ min: 1, max: 500, describes: 'Why.' });

/** The contract runs from now on: its first period comes about on its day. */
export const activate = (
  context: Context,
  contract: ContractRow,
  signedBy: string,
  document: Pick<ContractRow, 'pdf' | 'pdfSha256'> = {},
): ContractRow => {
  const running = { ...document, signedBy, signedAt: context.clock.instant(), nextFrom: contract.startsOn };
  const { status: _running, ...changes } = withStep(context, contract, { ...running, status: 'ACTIVE' as const });
  return context.trusted(Contract).move(contract, 'ACTIVE', changes);
};

export const activateContract = mutation('activateContract', {
  describes: 'Notes that a contract was signed in another way than electronically: on paper. It runs from then on.',
  needs: 'contract.activate',
  input: { ...own, by: text({ min: 1, max: 200, describes: 'Who signed for the customer.' }) },
  returns: Contract,
  run: async ({ id, by }, context) => {
    const contract = await context.data(Contract).get(id);
    if (contract.status === 'SENT') await cancelSignatures(context, id, 'Signed on paper');
    return activate(context, contract, by);
  },
});

export const suspendContract = mutation('suspendContract', {
  describes:
    'Lets a contract rest from today on: nothing is billed until it is resumed. What is in arrears is billed up to yesterday.',
  needs: 'contract.suspend',
  input: { ...own, reason },
  returns: Contract,
  run: async ({ id, reason: why }, context) => {
    const contract = await context.data(Contract).get(id);
    const today = context.clock.today();
    const billed = contract.status === 'ACTIVE' ? await billUpTo(context, contract, today) : {};
    const resting = { ...billed, status: 'SUSPENDED' as const, suspendedOn: today, reason: why };
    const { status: _resting, ...changes } = withStep(context, contract, resting);
    return context.data(Contract).move(contract, 'SUSPENDED', changes);
  },
});

/** What was served before a day and is billed only afterwards. */
const billUpTo = async (context: Context, contract: ContractRow, day: string) => {
  const { billing, nextFrom = contract.startsOn } = contract;
  if (billing === 'IN_ADVANCE' || nextFrom >= day) return {};
  const slice = sliceFrom({ ...contract, endsOn: dayAfter(day, -1) }, nextFrom);
  return slice ? billPeriod(context, contract, slice, day) : {};
};

export const resumeContract = mutation('resumeContract', {
  describes: 'Lets a contract go on from today: the days of its rest are not billed.',
  needs: 'contract.suspend',
  input: own,
  returns: Contract,
  run: async ({ id }, context) => {
    const contract = await context.data(Contract).get(id);
    if (contract.status !== 'SUSPENDED')
      throw new DomainError('INVALID_STATE', `It is ${contract.status}; a suspended contract is resumed.`, ['id']);
    const today = context.clock.today();
    const { nextFrom = contract.startsOn } = contract;
    const running = { status: 'ACTIVE' as const, nextFrom: nextFrom > today ? nextFrom : today };
    const { status: _running, ...changes } = withStep(context, contract, running);
    const rested = { suspendedOn: null, reason: null };
    return context.data(Contract).move(contract, 'ACTIVE', { ...changes, ...rested }, { event: 'contract.resumed' });
  },
});

export const renewContract = mutation('renewContract', {
  describes: 'Lets a contract go on for another term, behind its present end.',
  needs: 'contract.renew',
  input: {
    ...own,
    months: optional(integer({ min: 1, max: 120, describes: 'For how many months; as it says itself when absent.' })),
  },
  returns: Contract,
  fails: ['NO_END'],
  run: async ({ id, months }, context) => {
    const contract = await context.data(Contract).get(id);
    if (contract.status !== 'ACTIVE')
      throw new DomainError('INVALID_STATE', `It is ${contract.status}; a running contract is renewed.`, ['id']);
    if (contract.endsOn === undefined) throw new DomainError('NO_END', 'It has no end to be renewed at.', ['id']);
    const changes = { ...withStep(context, contract, anotherTerm(contract, months)), cancelsOn: null, reason: null };
    return context.data(Contract).update(contract, changes, { event: 'contract.renewed' });
  },
});

export const indexContract = mutation('indexContract', {
  describes:
    'Changes the prices of a contract by a percentage, or as an index went from one value to another. Periods that begin from today on have the new prices; what is under way in arrears is billed at the old ones first.',
  needs: 'contract.index',
  input: {
    ...own,
    percent: optional(percent({ min: '-100', max: '1000', describes: 'By how much.' })),
    index: optional(text({ min: 1, max: 100, describes: 'The index that was followed: `IPC 2026`.' })),
    from: optional(indexValue('What the index was.')),
    to: optional(indexValue('What it is.')),
  },
  returns: Contract,
  fails: ['INDEX_INCOMPLETE'],
  run: async ({ id, ...asked }, context) => {
    const contract = await context.data(Contract).get(id);
    if (contract.status !== 'ACTIVE' && contract.status !== 'SUSPENDED')
      throw new DomainError('INVALID_STATE', `It is ${contract.status}; prices of a running contract change.`, ['id']);
    const change = given({ on: context.clock.today(), ...indexationOf(asked) });
    if (isUnderWay(contract, change.on))
      return context.data(Contract).update(contract, withStep(context, contract, { pendingChange: change }));
    const values = await indexed(context, contract, change);
    return context.data(Contract).update(contract, withStep(context, contract, values), { event: 'contract.indexed' });
  },
});

/** Whether a period has begun that is billed only when it is over: it has the prices of its first day. */
const isUnderWay = ({ billing, startsOn, nextFrom = startsOn }: ContractRow, day: string): boolean =>
  billing === 'IN_ARREARS' && nextFrom < day;

export const cancelContract = mutation('cancelContract', {
  describes:
    'Ends a contract with a last day, today when absent, and says why. What does not run yet is cancelled at once, and its offer can be converted again; what runs is billed up to that day.',
  needs: 'contract.cancel',
  input: { ...own, reason, on: optional(date({ describes: 'The last day.' })) },
  returns: Contract,
  fails: ['ALREADY_OVER'],
  run: async ({ id, reason: why, on }, context) => {
    const contract = await context.data(Contract).get(id);
    if (contract.status === 'SENT') await cancelSignatures(context, id, why);
    if (contract.status !== 'ACTIVE' && contract.status !== 'SUSPENDED') return giveUp(context, contract, why);
    const today = context.clock.today();
    const last = on ?? today;
    if (last < today) throw new DomainError('ALREADY_OVER', 'The last day has passed.', ['on']);
    if (contract.endsOn !== undefined && last > contract.endsOn)
      throw new DomainError('BAD_INPUT', `It ends on ${contract.endsOn} anyway.`, ['on']);
    const ending = { endsOn: last, cancelsOn: last, reason: why };
    return context.data(Contract).update(contract, withStep(context, contract, ending));
  },
});

/** A contract that never ran gives back what it took of its offer. */
const giveUp = async (context: Context, contract: ContractRow, reason: string): Promise<ContractRow> => {
  const { quote, converted = [] } = contract;
  const cancelled = context.data(Contract).move(contract, 'CANCELLED', { reason });
  const back = converted.map(({ key, quantity }) => ({ key, quantity: decimalText(new Exact(quantity).negated()) }));
  if (quote !== undefined && back.length > 0) await noteConverted(context, quote, back);
  return cancelled;
};
