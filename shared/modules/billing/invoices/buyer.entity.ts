import { boolean, choice, defaulted, email, object, optional, phone, text, type Values } from '#kernel';

/** What the tax number of a buyer is. */
export const buyerTaxIdTypes = ['RUC', 'CEDULA', 'PASSPORT', 'VAT', 'OTHER', 'FINAL_CONSUMER'] as const;

const fields = {
  name: text({ max: 300, describes: 'The name as the document has it: the legal one.' }),
  taxId: optional(text({ max: 20, describes: 'The tax number.' })),
  taxIdType: optional(
    choice(buyerTaxIdTypes, {
      named: 'BuyerTaxIdType',
      describes: 'What the number is; FINAL_CONSUMER where the law lets a buyer stay unnamed.',
    }),
  ),
  isFinalConsumer: defaulted(boolean({ describes: 'Whether the buyer stays unnamed.' }), false),
  address: optional(text({ max: 300, describes: 'Street and city.' })),
  country: optional(text({ max: 2, describes: 'Country of the address, ISO 3166-1 alpha-2.' })),
  email: optional(email({ describes: 'Where the document is sent.' })),
  phone: optional(phone({ describes: 'The phone.' })),
};

/** Who buys, as a document has it: it stays as it was when the document was issued. */
export const buyer = object('DocumentBuyer', fields, {
  describes: 'Who buys, with tax data; from the account, and fixed when the document is issued.',
});
/** Who buys, as code sees it. */
export type Buyer = Values<typeof fields>;
