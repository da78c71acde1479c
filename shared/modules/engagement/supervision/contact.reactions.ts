import { dateTime, derivedOptional, extended, reaction, type Extension } from '#kernel';
import { Account } from '#modules/parties/accounts';

const fields = {
  lastContactAt: derivedOptional(
    dateTime({ describes: 'When a call, visit or the like with it was last done; tasks are no contact.' }),
  ),
};

/** Accounts know when somebody last spoke to them. */
export const contactOfAccounts: Extension = {
  of: Account.name,
  fields,
  events: { contacted: 'A call, a visit or the like with it was done.' },
};
/** The account with the field that is added here. */
export const ContactedAccount = extended(Account, fields);

/** What is done in the office alone. */
const withoutCustomer: readonly unknown[] = ['TASK'];

export const noteContact = reaction('noteContactOnAccount', {
  describes: 'Keeps on an account when somebody last spoke to it.',
  on: ['activity.completed'],
  run: async ({ data = {} }, { trusted, clock }) => {
    const { account, kind, completedAt } = data;
    if (typeof account !== 'string' || withoutCustomer.includes(kind)) return;
    const row = await trusted(ContactedAccount).find(account);
    if (!row || row.archivedAt !== undefined) return;
    const lastContactAt = typeof completedAt === 'string' ? completedAt : clock.instant();
    if (row.lastContactAt !== undefined && row.lastContactAt >= lastContactAt) return;
    trusted(ContactedAccount).update(row, { lastContactAt }, { event: 'account.contacted', aside: true });
  },
});
