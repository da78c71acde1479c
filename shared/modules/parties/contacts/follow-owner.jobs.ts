import { job, type Context, type Page, type Piece } from '#kernel';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from './contact.entity.ts';

/** Contacts of an account that belonged to `from`, its owner until now; to nobody, when absent. */
export type Followers = { readonly account: string; readonly from?: string };

/** What one unit of work writes; accounts with more contacts take a job. */
const perChunk = 90;

/** A page of an account's contacts. Which of them follow, `follows` says. */
export const contactsAt = ({ trusted }: Context, account: string, after?: string): Promise<Page<ContactRow>> =>
  trusted(Contact).page('byAccount', { of: account, first: perChunk, ...(after !== undefined && { after }) });

/** Whether a contact goes with its account: those that somebody else has taken on stay with him. */
export const follows = ({ owner }: ContactRow, { from }: Followers): boolean => owner === from;

/** Hands a contact to the owner of its account. */
export const handTo = (account: AccountRow, contact: ContactRow, { trusted }: Context): ContactRow =>
  trusted(Contact).update(
    contact,
    { owner: account.owner ?? null, team: account.team ?? null },
    { event: 'contact.assigned' },
  );

/** The same for accounts with many contacts. */
export const followOwner = job<Followers>('followOwner', {
  describes: 'Hands the contacts of an account to its new owner.',
  needs: 'contact.update',
  chunk: async (given, cursor, context) => {
    const account = await context.trusted(Account).get(given.account);
    const page = await contactsAt(context, given.account, cursor);
    const outcomes = await context.together(
      page.rows.filter((row) => follows(row, given)).map((row) => handing(account, row, given)),
    );
    return {
      results: outcomes.map(({ status, record }, index) => ({
        row: index + 1,
        status,
        ...(record !== undefined && { record }),
      })),
      ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
    };
  },
});

const handing = (account: AccountRow, { id }: ContactRow, given: Followers): Piece => ({
  key: `follow ${account.id} ${String(account.version)} ${id}`,
  run: async (unit) => {
    const contact = await unit.trusted(Contact).get(id);
    return follows(contact, given) ? handTo(account, contact, unit) : contact;
  },
});
