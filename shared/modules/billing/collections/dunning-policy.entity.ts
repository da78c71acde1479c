import {
  boolean,
  choice,
  defaulted,
  derivedOptional,
  entity,
  integer,
  list,
  longText,
  money,
  noOwner,
  object,
  optional,
  percent,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { policyProblems } from './dunning.rules.ts';

const levelFields = {
  level: integer({ min: 0, max: 9, describes: 'Which one: 0 reminds before the day, the last one goes to law.' }),
  days: integer({ min: -60, max: 730, describes: 'So many days after the due day; before it where negative.' }),
  template: optional(
    text({
      max: 60,
      describes: 'The mail template of the letter; the product’s own `dunning-0` to `dunning-5` when absent.',
    }),
  ),
  isByPhone: defaulted(boolean({ describes: 'Whether the collector also calls: a task with the script.' }), false),
  script: optional(longText({ max: 4000, describes: 'What to say in that call.' })),
  blocksOrders: defaulted(boolean({ describes: 'Whether the account can order no more.' }), false),
  handsToLegal: defaulted(boolean({ describes: 'Whether lawyers or an agency take the case over.' }), false),
};
/** A step of a policy, as code sees it. */
export type DunningLevel = Values<typeof levelFields>;

/** The steps that a policy has where it says none (domain.md 16). */
export const usualLevels: readonly DunningLevel[] = [
  { level: 0, days: -3, isByPhone: false, blocksOrders: false, handsToLegal: false },
  { level: 1, days: 3, isByPhone: false, blocksOrders: false, handsToLegal: false },
  { level: 2, days: 10, isByPhone: false, blocksOrders: false, handsToLegal: false },
  { level: 3, days: 20, isByPhone: true, blocksOrders: false, handsToLegal: false },
  { level: 4, days: 35, isByPhone: false, blocksOrders: true, handsToLegal: false },
  { level: 5, days: 60, isByPhone: false, blocksOrders: false, handsToLegal: true },
];

/** How customers who pay late are written to. */
export const DunningPolicy = entity('DunningPolicy', {
  idPrefix: 'dnp',
  plural: 'dunningPolicies',
  describes:
    'How customers who owe are written to: at which days after the due day, by which letters, with which consequences. Without an active one nobody is written to.',
  fields: {
    name: text({ min: 1, max: 120, search: 'words', describes: 'What people call it.' }),
    isDefault: defaulted(
      boolean({ describes: 'Whether it counts for accounts that name no other; one of them does.' }),
      false,
    ),
    active: defaulted(boolean({ describes: 'Whether it counts.' }), true),
    levels: defaulted(
      list(object('DunningLevel', levelFields), { max: 10, describes: 'Its steps, by their days.' }),
      usualLevels,
    ),
    minDaysBetween: defaulted(
      integer({ min: 0, max: 90, describes: 'So many days lie between two letters at least.' }),
      7,
    ),
    minAmount: optional(money({ describes: 'Invoices of less are not written about, in their currency.' })),
    interest: optional(
      percent({ describes: 'Simple interest a year on what is late, told in letters; it is invoiced by people.' }),
    ),
    fee: optional(
      money({ describes: 'What a letter of level 2 or more costs, told in it; it is invoiced by people.' }),
    ),
    method: defaulted(
      choice(['MAIL', 'PAPER'], {
        named: 'DunningMethod',
        describes: 'Whether letters go out by mail, or are made to be printed.',
      }),
      'MAIL',
    ),
    collector: optional(ref('User', { describes: 'Who works on the cases; whoever handles the account when absent.' })),
    defaultPlace: derivedOptional(
      text({ max: 10, unique: true, describes: 'Held by the one that counts where no other is named.' }),
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
  prepare: ({ isDefault, active, archivedAt }) => ({
    defaultPlace: isDefault && active && archivedAt === undefined ? 'default' : null,
  }),
  check: ({ levels }) => policyProblems(levels),
});
/** A policy, as code sees it. */
export type DunningPolicyRow = Row<typeof DunningPolicy>;
