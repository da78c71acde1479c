import type { Address, Problem } from '#kernel';
import { isCurrency } from '#kernel/currencies';
import { channelProblems, settleChannels, type Channels } from './channels.rules.ts';
import { settleLifecycle, type Standing } from './lifecycle.rules.ts';
import { checkTaxId, taxIdTypeOf, tidyTaxId, type TaxIdType } from './tax-ids.rules.ts';

/** What the rules need to know of an account. */
type Account = Channels &
  Standing & {
    readonly id: string;
    readonly type: 'COMPANY' | 'PERSON' | 'DEPARTMENT';
    readonly parent?: string;
    readonly taxId?: string;
    readonly taxIdType?: TaxIdType;
    readonly taxIdCountry?: string;
    readonly addresses?: readonly Address[];
    readonly currency?: string;
  };

/** What follows from what was given: primaries, the tax number as it is kept and checked, where the main address is. */
export const prepareAccount = (after: Account, before?: Account) => ({
  ...settleLifecycle(after),
  ...settleChannels(after, before),
  ...settleTaxId(after, before),
  ...placeOf(after.addresses?.[0]),
});

const noTaxId = { taxId: null, taxIdType: null, taxIdCountry: null, taxIdCheck: null };

const settleTaxId = (after: Account, before?: Account) => {
  if (after.taxId === undefined) return noTaxId;
  const taxId = tidyTaxId(after.taxId);
  const taxIdType = isTypeOfOld(after, before) ? taxIdTypeOf(taxId, after.taxIdCountry) : after.taxIdType;
  const type = taxIdType ?? taxIdTypeOf(taxId, after.taxIdCountry);
  const verdict = checkTaxId(taxId, type, after.taxIdCountry);
  return { taxId, taxIdType: type, taxIdCheck: verdict === 'MALFORMED' ? null : verdict };
};

/** A new number of which nobody said the kind: a cédula may take the place of a RUC. */
const isTypeOfOld = (after: Account, before?: Account): boolean =>
  before?.taxId !== after.taxId &&
  before?.taxIdType === after.taxIdType &&
  (before?.taxIdType === 'RUC' || before?.taxIdType === 'CEDULA');

const placeOf = (address: Address | undefined) => ({
  city: address?.city ?? null,
  province: address?.province ?? null,
  country: address?.country ?? null,
});

/** What is wrong with an account. */
export const accountProblems = (account: Account): readonly Problem[] => [
  ...taxIdProblems(account),
  ...parentProblems(account),
  ...channelProblems(account),
  ...currencyProblems(account),
];

const taxIdProblems = ({ taxId, taxIdType = 'OTHER', taxIdCountry }: Account): readonly Problem[] => {
  if (taxId === undefined || checkTaxId(taxId, taxIdType, taxIdCountry) !== 'MALFORMED') return [];
  const message = `${taxId} cannot be a ${taxIdType} of ${String(taxIdCountry)}: its length, province or third digit is wrong.`;
  return [{ code: 'TAX_ID_MALFORMED', message, path: ['taxId'] }];
};

const parentProblems = ({ id, type, parent }: Account): readonly Problem[] => {
  if (type === 'DEPARTMENT' && parent === undefined)
    return [
      { code: 'PARENT_MISSING', message: 'A department belongs to a company: name its parent.', path: ['parent'] },
    ];
  return parent === id ? [parentCycle] : [];
};

const currencyProblems = ({ currency }: Account): readonly Problem[] =>
  currency === undefined || isCurrency(currency)
    ? []
    : [{ code: 'UNKNOWN_CURRENCY', message: `${currency} is not a currency of ISO 4217.`, path: ['currency'] }];

/** An account that would be above itself. */
export const parentCycle: Problem = {
  code: 'PARENT_CYCLE',
  message: 'An account cannot belong to itself, nor to one that belongs to it.',
  path: ['parent'],
};
