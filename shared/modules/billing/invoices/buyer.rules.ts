// Who a document is made out to (domain 1.1): the tax data of the account, or in Ecuador nobody up to USD 50.
import { DomainError, given, moneyOf, type Money } from '#kernel';
import type { AccountRow } from '#modules/parties/accounts';
import type { Buyer } from './buyer.entity.ts';

type Billed = Pick<
  AccountRow,
  'name' | 'legalName' | 'taxId' | 'taxIdType' | 'addresses' | 'country' | 'email' | 'phone'
>;

/** The number by which Ecuador knows buyers who stay unnamed, and the most that they may buy for. */
const finalConsumer = { taxId: '9999999999999', most: moneyOf(5000, 'USD') };

/** Who buys, as the document will have it. */
export const buyerOf = (account: Billed, total: Money, country: string): Buyer => {
  if (account.taxId === undefined && isUnnamed(total, country))
    return {
      name: 'CONSUMIDOR FINAL',
      taxId: finalConsumer.taxId,
      taxIdType: 'FINAL_CONSUMER',
      isFinalConsumer: true,
      ...reachedBy(account),
    };
  const { taxId, taxIdType } = account;
  return given({
    name: account.legalName ?? account.name,
    ...{ taxId, taxIdType },
    isFinalConsumer: false,
    ...reachedBy(account),
  });
};

const isUnnamed = (total: Money, country: string): boolean =>
  country === 'EC' && total.currency === finalConsumer.most.currency && total.minor <= finalConsumer.most.minor;

const reachedBy = ({ addresses = [], country, email, phone }: Billed): Partial<Buyer> => {
  const [main] = addresses;
  const address = [main?.street, main?.city].filter(Boolean).join(', ').slice(0, 300);
  return given({ address: address === '' ? undefined : address, country, email, phone });
};

/** A document names who buys. @throws BUYER_TAX_ID_MISSING */
export const assertNamed = ({ name, taxId }: Buyer): void => {
  if (taxId === undefined)
    throw new DomainError(
      'BUYER_TAX_ID_MISSING',
      `${name} has no tax number; without one nothing can be issued (in Ecuador only up to USD 50.00, to a final consumer).`,
      ['account'],
    );
};
