import {
  change,
  changedBy,
  creation,
  date,
  defaulted,
  DomainError,
  given,
  integer,
  list,
  mutation,
  object,
  optional,
  recordInput,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
  type InputOf,
} from '#kernel';
import { askedLine, lineInput, mostLines, pricingFails } from '#modules/catalog/pricing';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { dayAfter, daysBetween } from '#modules/platform/settings';
import { Account } from '#modules/parties/accounts';
import { Opportunity } from '#modules/sales/opportunities';
import { choiceFields, Quote, type QuoteRow } from './quote.entity.ts';
import { quoteLines, type QuoteLineInput } from './quote-lines.operations.ts';
import { isReplaced, versionName } from './quote.rules.ts';

const lines = list(object('QuoteLine', { ...lineInput, ...choiceFields }), {
  max: mostLines,
  describes: 'What is offered.',
});
const fails = [...pricingFails, 'TWO_CHOSEN', 'NO_LINES', 'OTHER_ACCOUNT', 'ALREADY_OVER'] as const;

type QuoteValues = InputOf<typeof Quote>;

export const createQuote = creation(Quote, 'createQuote', {
  describes: 'Makes an offer, as a draft with the prices and taxes of today.',
  needs: 'quote.create',
  input: { lines },
  returns: Quote,
  fails,
  run: ({ values, lines: asked }, context) => firstVersion(context, values, asked),
});

export const createQuoteFromOpportunity = mutation('createQuoteFromOpportunity', {
  describes:
    'Makes an offer of an opportunity: its account, its contact and the products that are expected, at the prices of today.',
  needs: 'quote.create',
  input: {
    opportunity: ref('Opportunity', { describes: 'The sale.' }),
    validDays: defaulted(integer({ min: 1, max: 365, describes: 'For how many days it is valid.' }), 30),
  },
  returns: Quote,
  fails: [...fails, 'NO_ACCOUNT'],
  run: async ({ opportunity: id, validDays }, context) => {
    const { account, contact, name, products } = await context.data(Opportunity).get(id);
    if (account === undefined)
      throw new DomainError('NO_ACCOUNT', 'The opportunity names no account to make an offer to.', ['opportunity']);
    const values: QuoteValues = given({
      ...{ account, contact, opportunity: id, subject: name },
      validUntil: dayAfter(context.clock.today(), validDays),
    });
    const asked = products.map(({ product, quantity, note }) => ({
      ...given({ product, quantity, note }),
      isOptional: false,
    }));
    return firstVersion(context, values, asked);
  },
});

export const updateQuote = change(Quote, 'updateQuote', {
  describes:
    'Changes a draft: absent fields stay, null clears. Lines that are given take the place of all lines. They, and a change of what prices depend on (account, currency, price list, channel, warehouse, coupons, discounts), have all lines priced anew, as of today; otherwise prices stay.',
  needs: 'quote.update',
  input: { ...recordInput('Quote'), lines: optional(lines) },
  returns: Quote,
  fails,
  run: async ({ id, changes, lines: asked }, context) => {
    const quote = await draftOf(context, id);
    const after = changedBy(quote, changes);
    if (changes.validUntil !== undefined) assertNotOver(after, context);
    const [place, priced] = await Promise.all([
      placeAfter(quote, after, context),
      asked || isPricedAnew(changes) ? pricedFor(context, after, asked ?? quote.lines.map(asInput)) : {},
    ]);
    return context.data(Quote).update(quote, { ...changes, ...priced, ...place });
  },
});

export const reviseQuote = mutation('reviseQuote', {
  describes:
    'Makes a new version of an offer that was not accepted or cancelled: a draft with the prices of today. The old version is superseded.',
  needs: 'quote.revise',
  input: {
    id: ref('Quote', { describes: 'The version to take the place of.' }),
    version: versionInput,
    validUntil: optional(
      date({ describes: 'The last day of the new version; as many days as the old one had when absent.' }),
    ),
  },
  returns: Quote,
  fails,
  run: async ({ id, validUntil }, context) => {
    const { data, clock } = context;
    const old = await data(Quote).get(id);
    const values = valuesOf(old, validUntil ?? dayAfter(clock.today(), daysBetween(old.pricedOn, old.validUntil)));
    const priced = await pricedFor(context, values, old.lines.map(asInput));
    data(Quote).move(old, 'SUPERSEDED');
    return data(Quote).create({
      ...values,
      ...priced,
      number: old.number,
      revision: old.revision + 1,
      name: versionName(old.number, old.revision + 1),
      previous: old.id,
      isPrimary: old.isPrimary,
    });
  },
});

export const cancelQuote = mutation('cancelQuote', {
  describes: 'Withdraws an offer that nobody has accepted.',
  needs: 'quote.cancel',
  input: {
    ...recordInput('Quote'),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: Quote,
  run: async ({ id, reason }, { data }) => data(Quote).move(await data(Quote).get(id), 'CANCELLED', { reason }),
});

export const makeQuotePrimary = mutation('makeQuotePrimary', {
  describes: 'Lets the total of this offer be the amount of its opportunity, in place of another one.',
  needs: 'quote.update',
  input: recordInput('Quote'),
  returns: Quote,
  fails: ['NO_OPPORTUNITY'],
  run: async ({ id }, { data, trusted }) => {
    const quote = await data(Quote).get(id);
    if (quote.opportunity === undefined)
      throw new DomainError('NO_OPPORTUNITY', 'The offer is for no opportunity.', ['id']);
    if (isReplaced(quote.status)) throw new DomainError('INVALID_STATE', `It is ${quote.status}.`, ['id']);
    const other = await trusted(Quote).findUnique('primaryFor', quote.opportunity);
    if (other && other.id !== id) trusted(Quote).update(other, { isPrimary: false }, { evenFrozen: true });
    return trusted(Quote).update(quote, { isPrimary: true }, { event: 'quote.promoted', evenFrozen: true });
  },
});

const firstVersion = async (
  context: Context,
  values: QuoteValues,
  asked: readonly QuoteLineInput[],
): Promise<QuoteRow> => {
  const [isPrimary, priced, number] = await Promise.all([
    isFirstOf(values, context),
    pricedFor(context, values, asked),
    takeDocumentNumber(context, 'quote'),
    context.data(Account).get(values.account),
  ]);
  const name = versionName(number, 1);
  return context.data(Quote).create({ ...values, ...priced, number, revision: 1, name, isPrimary });
};

/** Whether a quote becomes the primary one of its opportunity, which none is yet. @throws OTHER_ACCOUNT */
const isFirstOf = async (
  { account, opportunity: id }: Pick<QuoteValues, 'account' | 'opportunity'>,
  { data, trusted }: Context,
): Promise<boolean> => {
  if (id === undefined) return false;
  const [opportunity, primary] = await Promise.all([
    data(Opportunity).get(id),
    trusted(Quote).findUnique('primaryFor', id),
  ]);
  if (opportunity.account !== undefined && opportunity.account !== account)
    throw new DomainError('OTHER_ACCOUNT', 'The opportunity is one of another account.', ['opportunity']);
  return primary === undefined;
};

/** What a quote's place at its opportunity becomes by a change. */
const placeAfter = async (quote: QuoteRow, after: QuoteRow, context: Context) => {
  if (after.account === quote.account && after.opportunity === quote.opportunity) return {};
  const isFirst = await isFirstOf(after, context);
  return { isPrimary: after.opportunity === quote.opportunity ? quote.isPrimary : isFirst };
};

/** What prices depend on: where a change says one of them, or the lines, all lines are priced anew. */
const pricedBy = ['account', 'currency', 'priceList', 'channel', 'warehouse', 'coupons', 'headerDiscounts'] as const;

const isPricedAnew = (changes: ChangesOf<typeof Quote>): boolean =>
  pricedBy.some((name) => changes[name] !== undefined);

const assertNotOver = ({ validUntil }: Pick<QuoteValues, 'validUntil'>, { clock }: Context): void => {
  if (validUntil < clock.today()) throw new DomainError('ALREADY_OVER', 'The last day is in the past.', ['validUntil']);
};

const pricedFor = async (context: Context, quote: QuoteValues, asked: readonly QuoteLineInput[]) => {
  const day = context.clock.today();
  if (asked.length === 0) throw new DomainError('NO_LINES', 'An offer needs at least one line.', ['lines']);
  assertNotOver(quote, context);
  const { account, priceList, channel, warehouse, coupons = [], headerDiscounts = [] } = quote;
  const currency = quote.currency ?? context.actor.currency;
  const request = given({ account, currency, day, priceList, channel, warehouse, coupons, headerDiscounts });
  return { ...(await quoteLines(context, request, asked)), currency, pricedOn: day };
};

const draftOf = async ({ data }: Context, id: string): Promise<QuoteRow> => {
  const quote = await data(Quote).get(id);
  if (quote.status === 'DRAFT') return quote;
  throw new DomainError('INVALID_STATE', `It is ${quote.status}: make a new version of it.`, ['id']);
};

/** A priced line as it would be given again: prices by hand stay, the others are looked up anew. */
const asInput = ({ isOptional, alternative, isChosen, pictures, ...line }: QuoteRow['lines'][number]): QuoteLineInput =>
  given({ ...askedLine(line), isOptional, alternative, isChosen, pictures });

const valuesOf = (old: QuoteRow, validUntil: string): QuoteValues =>
  given({
    ...{ account: old.account, contact: old.contact, opportunity: old.opportunity, activity: old.activity },
    subject: old.subject,
    ...{ locale: old.locale, currency: old.currency, introduction: old.introduction, terms: old.terms },
    ...{ clauses: old.clauses, priceList: old.priceList, channel: old.channel, warehouse: old.warehouse },
    ...{ coupons: old.coupons, headerDiscounts: old.headerDiscounts, owner: old.owner, team: old.team, validUntil },
  });
