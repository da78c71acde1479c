import { boolean, choice, defaulted, optional, text, type Values } from '#kernel';
import { paymentCodes, type PaymentMethod } from './codes.rules.ts';

/** What a document says of its issuer. */
export const taxpayerFields = {
  ruc: text({
    min: 13,
    max: 13,
    pattern: /^\d{10}001$/,
    describes: 'The RUC: thirteen digits that end with 001.',
  }),
  legalName: text({ min: 1, max: 300, describes: 'The name as the SRI has it (razón social).' }),
  tradeName: optional(text({ max: 300, describes: 'The trade name, where it is another one.' })),
  mainAddress: text({ min: 1, max: 300, describes: 'The address of the head office (dirección matriz).' }),
  keepsAccounts: defaulted(
    boolean({ describes: 'Whether it must keep accounts (obligado a llevar contabilidad).' }),
    true,
  ),
  specialTaxpayer: optional(
    text({ min: 3, max: 13, pattern: /^[A-Za-z0-9]+$/, describes: 'Number of the resolution, for special taxpayers.' }),
  ),
  withholdingAgent: optional(
    text({
      max: 8,
      pattern: /^\d+$/,
      describes: 'Number of the resolution, for withholding agents, without leading zeros.',
    }),
  ),
  isRimpe: defaulted(boolean({ describes: 'Whether it is in the régimen RIMPE.' }), false),
  paymentMethod: defaulted(
    choice(Object.keys(paymentCodes) as PaymentMethod[], {
      named: 'SriPaymentMethod',
      describes: 'How invoices are paid, where an invoice does not say (forma de pago).',
    }),
    'BANK',
  ),
  softwareProvider: optional(
    text({
      max: 13,
      pattern: /^\d{13}$/,
      describes: 'The RUC of who provides this software, where that is another: each document must name it.',
    }),
  ),
};
/** What a document says of its issuer, as code sees it. */
export type Taxpayer = Values<typeof taxpayerFields>;
