// A domain of the example's customers and offers, with the shortest way to make one of each.
import type { AnyRow } from '#kernel';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { exampleModules } from './example.ts';

/** A row whose fields are only compared, never computed with. */
export type AnyRecord = AnyRow & { readonly [name: string]: never };

/** What tests of customers and offers work with. */
export type Offers = {
  readonly domain: Domain;
  readonly makeCustomer: (values?: object) => Promise<AnyRecord>;
  /** An offer with one line, to a customer of its own unless another is named. */
  readonly makeOffer: (values?: object) => Promise<AnyRecord>;
};

/** The line that every offer has. */
export const line = { product: 'Chair', quantity: '3', price: { minor: 1999, currency: 'USD' } };

/** Starts a domain of the example. */
export const startOffers = ({ table, tenant }: Pick<DomainOptions, 'table' | 'tenant'>): Offers => {
  const domain = startDomain({ modules: exampleModules, table, tenant });
  const makeCustomer = (values: object = {}) => domain.run<AnyRecord>('createCustomer', { name: 'Acme', ...values });
  const makeOffer = async (values: object = {}) =>
    domain.run<AnyRecord>('createOffer', {
      customer: (await makeCustomer()).id,
      validUntil: '2026-12-31',
      lines: [line],
      ...values,
    });
  return { domain, makeCustomer, makeOffer };
};
