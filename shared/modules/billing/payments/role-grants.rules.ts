import type { RoleGrant } from '#modules/platform/roles';

const nothing = { create: 'none', read: 'none', update: 'none', archive: 'none' } as const;
const seen = { ...nothing, read: 'own' } as const;

/** What belongs to nobody is the whole tenant's. */
const taken = { create: 'all', read: 'all', update: 'all', archive: 'none' } as const;

/** Money is booked, applied and given back by managers; sellers see what their own accounts paid. */
const acts = ['payment.apply', 'payment.reverse', 'payment.refund', 'creditNote.apply', 'creditNote.refund'] as const;

/** Who does what with payments among the built-in roles. */
export const paymentGrants: readonly RoleGrant[] = [
  { roles: ['manager'], entities: { BankStatement: taken, BankLine: taken }, grants: ['bankStatement.import'] },
  {
    roles: ['seller'],
    entities: { Payment: seen, InvoiceSettlement: seen, WriteOff: seen, BankStatement: nothing, BankLine: nothing },
    withholds: acts,
  },
  {
    roles: ['support'],
    entities: {
      Payment: nothing,
      InvoiceSettlement: nothing,
      WriteOff: nothing,
      BankStatement: nothing,
      BankLine: nothing,
    },
    withholds: [...acts, 'payment.send'],
  },
];
