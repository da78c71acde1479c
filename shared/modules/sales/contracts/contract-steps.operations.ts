// The steps that a contract takes by itself. Each plans the one behind it, so that never a whole series waits.
import { given, timer, type Context } from '#kernel';
import { planTask } from '#modules/engagement/activities';
import { dayAfter, dayStart, monthsLater } from '#modules/platform/settings';
import type { Slice } from './contract-days.rules.ts';
import { indexed, periodValues, type Indexation } from './contract-lines.operations.ts';
import { ContractPeriod } from './contract-period.entity.ts';
import { nextStep, type ContractFacts, type Step } from './contract-steps.rules.ts';
import { Contract, type ContractRow } from './contract.entity.ts';

/** What a contract does next, and when; what is overdue is done in the next minute: that of now may have been fired. */
export const planOf = ({ actor, clock }: Context, contract: ContractFacts) => {
  const step = nextStep(contract);
  if (!step) return { nextStep: null, nextStepAt: null };
  const at = dayStart(step.on, actor.timeZone);
  const soonest = new Date(clock.now().getTime() + 60_000).toISOString();
  return { nextStep: step.kind, nextStepAt: at < soonest ? soonest : at };
};

/** A change of a contract, with the step that follows from it. */
export const withStep = <Changes extends Partial<ContractRow>>(
  context: Context,
  contract: ContractRow,
  changes: Changes,
) => ({ ...changes, ...planOf(context, { ...contract, ...changes }) });

/** Makes a period due to be billed; answers what follows for the contract. */
export const billPeriod = async (context: Context, contract: ContractRow, slice: Slice, billOn: string) => {
  const values = await periodValues(context, contract, slice, billOn);
  context.trusted(ContractPeriod).create(values, { event: 'contractPeriod.cameDue' });
  return { nextFrom: dayAfter(slice.to) };
};

export const takeStep = timer(Contract, {
  describes: 'Takes the next step of a contract: bills a period, changes prices, warns of the end, ends or renews it.',
  run: async (contract, context) => {
    const step = nextStep(contract);
    if (step) await takers[step.kind](context, contract, step);
  },
});

type Taker = (context: Context, contract: ContractRow, step: Step) => Promise<void> | void;

const change = (context: Context, contract: ContractRow, changes: Partial<ContractRow>, event?: string): void => {
  const options = event === undefined ? {} : { event };
  context.trusted(Contract).update(contract, withStep(context, contract, changes), options);
};

const takePeriod: Taker = async (context, contract, step) => {
  if (step.kind === 'PERIOD') change(context, contract, await billPeriod(context, contract, step.slice, step.on));
};

const changePrices: Taker = async (context, contract, step) => {
  if (contract.pendingChange) return changeAsGiven(context, contract, { ...contract.pendingChange, on: step.on });
  const percent = contract.indexation?.percent;
  if (percent !== undefined) {
    const values = await indexed(context, contract, { on: step.on, percent });
    return change(context, contract, values, 'contract.indexed');
  }
  await tellOwner(context, contract, askForIndex[context.actor.locale], step.on);
  return change(context, contract, { indexedOn: step.on });
};

/** A change that was given by hand; the one of the year is still to come. */
const changeAsGiven = async (context: Context, contract: ContractRow, by: Indexation): Promise<void> => {
  const { pendingChange: _done, indexedOn = contract.startsOn, ...rest } = contract;
  const values = { ...(await indexed(context, contract, by)), indexedOn };
  const changes = { ...values, ...planOf(context, { ...rest, ...values }), pendingChange: null };
  context.trusted(Contract).update(contract, changes, { event: 'contract.indexed' });
};

const askForIndex = { es: 'Indicar el índice de precios', en: 'Give the price index' } as const;

const warn: Taker = async (context, contract, step) => {
  const { endsOn = step.on } = contract;
  await tellOwner(context, contract, warnOfEnd[contract.renewal][context.actor.locale], endsOn);
  change(context, contract, { noticedFor: endsOn }, 'contract.noticed');
};

const warnOfEnd = {
  AUTOMATIC: { es: 'Se renueva solo', en: 'Renews by itself' },
  MANUAL: { es: 'Termina si no se renueva', en: 'Ends unless it is renewed' },
} as const;

const endTerm: Taker = (context, contract) => {
  const over = { nextStep: null, nextStepAt: null };
  if (contract.cancelsOn !== undefined) context.trusted(Contract).move(contract, 'CANCELLED', over);
  else if (contract.renewal === 'AUTOMATIC') change(context, contract, anotherTerm(contract), 'contract.renewed');
  else context.trusted(Contract).move(contract, 'ENDED', over);
};

/** The contract with another term. */
export const anotherTerm = ({ endsOn = '', renewMonths, renewals }: ContractRow, months = renewMonths) => ({
  endsOn: dayAfter(monthsLater(dayAfter(endsOn), months), -1),
  renewals: renewals + 1,
});

const takers: Readonly<Record<Step['kind'], Taker>> = {
  PERIOD: takePeriod,
  INDEXATION: changePrices,
  NOTICE: warn,
  TERM: endTerm,
};

/** A task for whoever looks after the contract. */
const tellOwner = async (context: Context, contract: ContractRow, what: string, dueOn: string): Promise<void> => {
  const { account, contact, opportunity, ownerId: owner, teamId: team, number, subject: notes } = contract;
  await planTask(
    context,
    given({ subject: `${number}: ${what}`, notes, dueOn, account, contact, opportunity, owner, team }),
  );
};
