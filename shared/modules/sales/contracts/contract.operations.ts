import {
  change,
  changedBy,
  creation,
  date,
  DomainError,
  given,
  list,
  mutation,
  object,
  optional,
  recordInput,
  ref,
  text,
  type ChangesOf,
  type Context,
  type InputOf,
} from '#kernel';
import { agreedLine, lineInput, mostLines, pricingFails, type LineInput } from '#modules/catalog/pricing';
import { Activity } from '#modules/engagement/activities';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { Account } from '#modules/parties/accounts';
import { Opportunity } from '#modules/sales/opportunities';
import { noteConverted, Quote, remainingLines, type ConvertedLine } from '#modules/sales/quotes';
import { priceContract } from './contract-lines.operations.ts';
import { planOf } from './contract-steps.operations.ts';
import { Contract, periodLength, type ContractRow } from './contract.entity.ts';

type ContractValues = InputOf<typeof Contract>;

const lines = list(object('ContractLineAsked', lineInput), {
  max: mostLines,
  describes: 'The services of a whole period.',
});
const fails = [...pricingFails, 'NO_LINES', 'OTHER_ACCOUNT'] as const;

export const createContract = creation(Contract, 'createContract', {
  describes: 'Makes a contract, as a draft with the prices and taxes of today.',
  needs: 'contract.create',
  input: { lines },
  returns: Contract,
  fails,
  run: async ({ values, lines: asked }, context) => {
    await assertOneAccount(context, values);
    return draftOf(context, values, await priceContract(context, values, asked));
  },
});

const terms = {
  startsOn: date({ describes: 'Its first day.' }),
  endsOn: optional(date({ describes: 'Its last day; without one it runs until it is cancelled.' })),
  period: optional(periodLength),
};

export const createContractFromQuote = mutation('createContractFromQuote', {
  describes:
    'Makes a contract of an accepted offer, as a draft: all lines that remain of it, or some, at the prices that were accepted. They are what a period costs.',
  needs: 'contract.create',
  input: {
    ...{ quote: ref('Quote', { describes: 'The accepted offer.' }), ...terms },
    lines: optional(
      list(object('ContractQuoteLine', { key: text({ max: 30, describes: 'The line of the offer.' }) }), {
        max: mostLines,
        describes: 'Which lines; all that remain when absent.',
      }),
    ),
  },
  returns: Contract,
  fails: [...fails, 'LINE_NOT_FOUND', 'OVER_CONVERTED'],
  run: async ({ quote: id, lines: some, ...asked }, context) => {
    const quote = await context.data(Quote).get(id);
    const taken = remainingLines(quote).filter(({ line }) => !some || some.some(({ key }) => key === line.key));
    const converted = quantitiesOf(some ?? taken.map(({ line }) => line), taken);
    await noteConverted(context, id, converted);
    const { account, contact, opportunity, locale, currency, introduction, clauses } = quote;
    const values = given({
      ...{ ...asked, account, contact, opportunity, locale, currency, introduction, clauses },
      ...{ quote: id, subject: quote.subject, terms: quote.terms, owner: quote.owner, team: quote.team },
    });
    const agreed = taken.map(({ line, remaining }) => agreedLine(line, { quantity: remaining }));
    return draftOf(context, values, { ...(await priceContract(context, values, agreed, true)), converted });
  },
});

/** What remains of the named lines; a name of which nothing remains is asked for all the same, to be refused. */
const quantitiesOf = (
  some: readonly { readonly key: string }[],
  taken: ReturnType<typeof remainingLines>,
): readonly ConvertedLine[] =>
  some.map(({ key }) => ({ key, quantity: taken.find(({ line }) => line.key === key)?.remaining ?? '1' }));

export const createContractFromOpportunity = mutation('createContractFromOpportunity', {
  describes:
    'Makes a contract of an opportunity, as a draft: its account, its contact and the products that are expected, at the prices of today.',
  needs: 'contract.create',
  input: { opportunity: ref('Opportunity', { describes: 'The sale.' }), ...terms },
  returns: Contract,
  fails: [...fails, 'NO_ACCOUNT'],
  run: async ({ opportunity: id, ...asked }, context) => {
    const { account, contact, name, products } = await context.data(Opportunity).get(id);
    if (account === undefined)
      throw new DomainError('NO_ACCOUNT', 'The opportunity names no account.', ['opportunity']);
    const values = given({ ...asked, account, contact, opportunity: id, subject: name });
    const expected = products.map(({ product, quantity, note }) => given({ product, quantity, note }));
    return draftOf(context, values, await priceContract(context, values, expected));
  },
});

const draftOf = async (
  context: Context,
  values: ContractValues,
  priced: Awaited<ReturnType<typeof priceContract>> & Pick<ContractRow, 'converted'>,
): Promise<ContractRow> => {
  const number = await takeDocumentNumber(context, 'contract');
  return context.data(Contract).create({ ...values, ...priced, number, renewals: 0, priceChanges: [] });
};

/** @throws OTHER_ACCOUNT where the sale, the offer or the call is one with somebody else */
const assertOneAccount = async ({ data }: Context, values: ContractValues): Promise<void> => {
  const { account, opportunity, quote, activity } = values;
  await data(Account).get(account);
  const origins = {
    opportunity: opportunity === undefined ? undefined : await data(Opportunity).get(opportunity),
    quote: quote === undefined ? undefined : await data(Quote).get(quote),
    activity: activity === undefined ? undefined : await data(Activity).get(activity),
  };
  for (const [name, origin] of Object.entries(origins))
    if ((origin?.account ?? account) !== account)
      throw new DomainError('OTHER_ACCOUNT', 'That is one of another account.', [name]);
};

/** What may still be changed once it is signed: how it ends and who looks after it. */
const changeable: ReadonlySet<string> = new Set([
  ...['renewal', 'renewMonths', 'noticeDays', 'indexation', 'contact', 'owner', 'team', 'reference'],
]);

export const updateContract = change(Contract, 'updateContract', {
  describes:
    'Changes a draft: absent fields stay, null clears; lines that are given take the place of all lines. They are priced as of today; a change of account, currency or discounts needs them. Of a contract that runs only renewal, notice, indexation, contact, reference and owner change.',
  needs: 'contract.update',
  input: { ...recordInput('Contract'), lines: optional(lines) },
  returns: Contract,
  fails: [...fails, 'LINES_NEEDED'],
  run: async ({ id, changes, lines: asked }, context) => {
    const contract = await context.data(Contract).get(id);
    if (contract.status !== 'DRAFT') return updateRunning(context, contract, changes, asked);
    const after = changedBy(contract, changes);
    await assertOneAccount(context, after);
    if (!asked) assertSamePrices(changes);
    const priced = asked ? await priceContract(context, after, asked) : {};
    return context.data(Contract).update(contract, { ...changes, ...priced });
  },
});

const updateRunning = (
  context: Context,
  contract: ContractRow,
  changes: ChangesOf<typeof Contract>,
  asked: readonly LineInput[] | undefined,
): ContractRow => {
  const fixed = asked ? 'lines' : Object.keys(changes).find((name) => !changeable.has(name));
  if (fixed !== undefined)
    throw new DomainError('INVALID_STATE', `It is ${contract.status}: ${fixed} cannot change any more.`, [fixed]);
  return context.data(Contract).update(contract, {
    ...changes,
    ...planOf(context, changedBy(contract, changes)),
  });
};

const assertSamePrices = ({ account, currency, headerDiscounts }: ChangesOf<typeof Contract>): void => {
  if (account !== undefined || currency !== undefined || headerDiscounts !== undefined)
    throw new DomainError('LINES_NEEDED', 'Its prices depend on that: give the lines again.', ['lines']);
};
