import { boolean, extended, optional, ref, type Row } from '#kernel';
import { Account } from '#modules/parties/accounts';

/** What dunning adds to accounts. */
export const dunningFields = {
  dunningPolicy: optional(
    ref('DunningPolicy', { describes: 'How it is written to when it pays late; the default policy when absent.' }),
  ),
  isNotDunned: optional(boolean({ describes: 'Whether it is never written to by itself.' })),
};
/** An account with how it is dunned. */
export const DunnedAccount = extended(Account, dunningFields);
/** Such an account, as code sees it. */
export type DunnedAccountRow = Row<typeof DunnedAccount>;
