import { reaction, type DomainEvent, type Row } from '#kernel';
import { Account, becomeCustomer, becomeLead } from '#modules/parties/accounts';
import { planRanking, type PurchaseSource } from '#modules/parties/ranking';
import { Opportunity } from '#modules/sales/opportunities';

const accountsOf = ({ data, changed }: DomainEvent): readonly string[] =>
  [data?.['account'], changed['account']?.from].filter((id): id is string => typeof id === 'string');

/** A case makes a lead of a prospect, a sale makes a customer of anybody. */
export const followSale = reaction('followSale', {
  describes:
    'An account on which a case is opened is a lead, one that buys is a customer; customers are then ranked anew.',
  on: ['opportunity.*'],
  reads: (event) => (matters(event) ? accountsOf(event) : []),
  run: async (event, context) => {
    if (!matters(event)) return;
    if (wasWon(event) !== isWon(event) || isWon(event)) await planRanking(context);
    const [id] = accountsOf(event);
    const account = id === undefined ? undefined : await context.trusted(Account).find(id);
    if (!account || account.archivedAt !== undefined || event.data?.['account'] !== id) return;
    if (isWon(event)) becomeCustomer(context, account);
    else becomeLead(context, account);
  },
});

const isWon = ({ data }: DomainEvent): boolean => data?.['stageKind'] === 'WON' && data['archivedAt'] === undefined;
const wasWon = ({ changed }: DomainEvent): boolean => changed['stageKind']?.from === 'WON';

/** A new case, one of another account, won or lost again, or of another amount. */
const matters = ({ record, changed }: DomainEvent): boolean =>
  record.version === 1 || ['account', 'stageKind', 'amount', 'closedOn', 'archivedAt'].some((name) => name in changed);

/** Won opportunities are purchases as long as nobody tells of invoices. */
export const wonOpportunities: PurchaseSource = {
  name: 'opportunities',
  certainty: 1,
  of: Opportunity,
  purchases: (row) => {
    const { stageKind, account, amount, closedOn } = row as unknown as Row<typeof Opportunity>;
    return stageKind === 'WON' && account !== undefined && amount !== undefined && closedOn !== undefined
      ? [{ account, on: closedOn, amount }]
      : [];
  },
};
