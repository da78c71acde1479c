import type { AnyRow } from '#kernel';
import type { Master } from '#modules/platform/exchange';
import { taxKey, tidyTaxId } from './tax-ids.rules.ts';

const owned = [
  'legalName',
  'taxId',
  'taxIdType',
  'taxIdCountry',
  'paymentTerms',
  'paymentDays',
  'paymentMethod',
  'creditLimit',
  'currency',
] as const;

type Kind = 'CUSTOMER' | 'SUPPLIER';

const party = (kind: string, is: Kind, what: string): Master => ({
  kind,
  describes: `${what} of the other system: a new one makes an account at once. One with the same tax number is taken as the same.`,
  entity: 'Account',
  makes: true,
  owned,
  ofNew: { kinds: [is] },
  ofKnown: (row) => (kindsOf(row).includes(is) ? {} : { kinds: [...kindsOf(row), is] }),
  matchBy: 'taxId',
  matchKey: ({ taxId, taxIdCountry }, { country }) =>
    typeof taxId === 'string'
      ? taxKey(tidyTaxId(taxId), typeof taxIdCountry === 'string' ? taxIdCountry : country)
      : undefined,
});

const kindsOf = (row: AnyRow): readonly string[] => (row['kinds'] as readonly string[] | undefined) ?? [];

/** What other systems know of accounts. */
export const accountMasters: readonly Master[] = [
  party('CUSTOMERS', 'CUSTOMER', 'Customers'),
  party('SUPPLIERS', 'SUPPLIER', 'Suppliers'),
  {
    kind: 'TERMS',
    describes: 'Terms of accounts that are here already, by the account’s id there: payment, credit limit, currency.',
    entity: 'Account',
    makes: false,
    owned: ['paymentTerms', 'paymentDays', 'paymentMethod', 'creditLimit', 'currency'],
  },
];
