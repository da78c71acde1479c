import {
  boolean,
  choice,
  customFields,
  date,
  dateTime,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  percent,
  ref,
  tags,
  text,
  type Values,
} from '#kernel';
import { forecastCategories, stageKinds } from '#modules/platform/flows';
import { opportunityProblems, rememberedVisits, staleFrom, withAmounts } from './opportunity.rules.ts';

const productFields = {
  product: ref('Product', { describes: 'What is expected to be sold.' }),
  quantity: defaulted(decimal({ min: '0', describes: 'How many.' }), '1'),
  price: optional(money({ describes: 'Expected price of one.' })),
  note: optional(text({ describes: 'What to know about it.' })),
};
/** A product that the customer is expected to buy. */
export type ExpectedProduct = Values<typeof productFields>;

const historyFields = {
  stage: text({ max: 40, describes: 'The stage it stood in.' }),
  enteredAt: dateTime({ describes: 'When it entered.' }),
  leftAt: dateTime({ describes: 'When it left.' }),
  seconds: integer({ describes: 'How long it stood there.' }),
  by: text({ describes: 'Who moved it on.' }),
};
/** A stage that an opportunity has stood in. */
export type StageVisit = Values<typeof historyFields>;

/** A sale that may come about: who might buy what, for how much, when and how surely. */
export const Opportunity = entity('Opportunity', {
  idPrefix: 'opp',
  plural: 'opportunities',
  describes: 'A sale that may come about: who might buy what, for how much, when, and how surely.',
  fields: {
    name: text({ describes: 'What it is about.', search: 'words' }),
    account: optional(ref('Account', { describes: 'Who would buy. Without one it is flagged as incomplete.' })),
    contact: optional(ref('Contact', { describes: 'Whom one talks to.' })),
    pipeline: ref('Pipeline', { describes: 'The way it goes.' }),
    products: defaulted(
      list(object('ExpectedProduct', productFields), {
        max: 100,
        describes: 'What is expected to be sold; with prices, they make the amount.',
      }),
      [],
    ),
    amount: optional(money({ describes: 'Expected amount. Follows the products where they all have prices.' })),
    probability: optional(percent({ describes: "Own chance of winning; the stage's counts where there is none." })),
    category: optional(
      choice(forecastCategories, {
        named: 'ForecastCategory',
        describes: "Own forecast category; the stage's counts where there is none.",
      }),
    ),
    expectedCloseOn: optional(date({ describes: 'When the decision is expected.' })),
    owner: optional(ref('User', { describes: 'Who works on it.' })),
    team: optional(ref('Team', { describes: 'The team it belongs to.' })),
    orgUnit: optional(ref('OrgUnit', { describes: 'The part of the organisation that it counts for.' })),
    prescriber: optional(ref('Account', { describes: 'Who recommended it.' })),
    campaign: optional(text({ describes: 'The campaign that it came from.' })),
    source: optional(text({ max: 80, describes: 'Where it came from, as in the list SOURCE.' })),
    competitor: optional(text({ describes: 'Against whom.' })),
    lostReason: optional(text({ describes: 'Why it was lost.' })),
    description: optional(longText({ describes: 'Anything worth knowing.' })),
    tags: defaulted(tags({ describes: 'Free labels.' }), []),
    externalId: optional(text({ max: 100, describes: 'Its id in another system, unique.', unique: true })),
    custom: customFields(),
    stage: derived(text({ max: 40, describes: 'The key of its stage in the pipeline.' })),
    place: derived(text({ max: 80, describes: '`<pipeline id>/<stage>`: the column of the board that it stands in.' })),
    stageKind: derived(choice(stageKinds, { named: 'StageKind', describes: 'Whether work goes on, or how it ended.' })),
    stageProbability: derived(percent({ describes: 'The chance that its stage gives it.' })),
    stageCategory: derived(
      choice(forecastCategories, { named: 'ForecastCategory', describes: 'The forecast category of its stage.' }),
    ),
    chance: derived(percent({ describes: 'The chance that counts: its own, or its stage’s.' })),
    counted: derived(
      choice(forecastCategories, { named: 'ForecastCategory', describes: 'The forecast category that counts.' }),
    ),
    weightedAmount: derivedOptional(money({ describes: 'Amount times chance.' })),
    stageEnteredAt: derived(dateTime({ describes: 'Since when it stands in its stage.' })),
    stageHistory: derived(
      list(object('StageVisit', historyFields), {
        max: rememberedVisits,
        describes: 'The last stages it stood in before this one, oldest first. Its timeline has them all.',
      }),
    ),
    closedOn: derivedOptional(date({ describes: 'When it was won or lost.' })),
    staleAfterDays: derivedOptional(
      integer({ describes: 'Days without movement after which its stage calls it stale.' }),
    ),
    lastActivityAt: derivedOptional(dateTime({ describes: 'When something was last done for it.' })),
    isStale: derived(boolean({ describes: 'Nothing has moved for longer than its stage allows.' })),
    isIncomplete: derived(boolean({ describes: 'Without an account, or without an amount.' })),
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'expectedCloseOn', on: 'Account.opportunities', openFirst: true },
    byOwner: { gsi: 2, sort: 'expectedCloseOn' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byPlace: { gsi: 4, of: 'place', sort: 'expectedCloseOn', shards: 2, keepsClosed: true },
    byContact: link('contact', 'createdAt', 'Contact.opportunities'),
    byPrescriber: link('prescriber', 'createdAt', 'Account.prescribedOpportunities'),
  },
  defaults: ['update', 'archive', 'restore'],
  timeline: ['id', 'account', 'contact'],
  title: (row) => row.name,
  events: {
    stageChanged: 'It went to another stage of the same kind.',
    won: 'It went to a stage of kind WON.',
    lost: 'It went to a stage of kind LOST.',
    postponed: 'It went to a stage of kind POSTPONED.',
    reopened: 'It came back to an open stage.',
    becameStale: 'Nothing had moved for as long as its stage allows.',
    reweighed: 'Its stage was given another chance, category or patience.',
  },
  isOpen: (row) => row.stageKind === 'OPEN' || row.stageKind === 'POSTPONED',
  prepare: (row) => withAmounts(row),
  check: (row) => opportunityProblems(row),
  dueAt: ({ isStale, stageKind: kind, staleAfterDays, ...row }) =>
    isStale ? undefined : staleFrom(row, { kind, ...(staleAfterDays !== undefined && { staleAfterDays }) }),
});
