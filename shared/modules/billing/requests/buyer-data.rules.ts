// The tax data of a buyer, as an accountant needs it. Pure.
import { given } from '#kernel';
import type { BilledAccountRow } from '#modules/billing/pending';
import type { InvoiceRequestRow, RequestedBuyer } from './invoice-request.entity.ts';

type Reader = { readonly name: string; readonly email?: string; readonly phone?: string };

/** Who is invoiced, from account and contact. */
export const buyerData = (account: BilledAccountRow, contact: Reader | undefined): RequestedBuyer =>
  given({
    name: account.legalName ?? account.name,
    ...{ taxId: account.taxId, taxIdType: account.taxIdType, taxTreatment: account.taxTreatment },
    ...{ address: addressOf(account), country: account.country, contact: contact?.name },
    email: contact?.email ?? account.email,
    phone: contact?.phone ?? account.phone,
  });

const addressOf = ({ addresses = [] }: BilledAccountRow): string | undefined => {
  const [place] = addresses;
  const address = [place?.street, place?.city].filter(Boolean).join(', ').slice(0, 300);
  return address === '' ? undefined : address;
};

/** What of it an invoice needs and nobody has said. */
export const missingOf = ({ taxId, address, email }: RequestedBuyer): InvoiceRequestRow['missing'] => [
  ...(taxId === undefined ? (['TAX_ID'] as const) : []),
  ...(address === undefined ? (['ADDRESS'] as const) : []),
  ...(email === undefined ? (['EMAIL'] as const) : []),
];
