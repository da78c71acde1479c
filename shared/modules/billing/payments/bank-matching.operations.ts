// Whose payment an entry of the bank is: by the invoice that it names, the payer as confirmed before, the payer's own name.
import { moneyOf, type Context, type Money } from '#kernel';
import { sortable } from '#kernel/sortable';
import { Account } from '#modules/parties/accounts';
import { Invoice } from '#modules/billing/invoices';
import { BankPayer, payerKey, type BankLineRow } from './bank-statement.entity.ts';
import { proposalFor } from './matching.rules.ts';
import { readOpenItems } from './open-items.operations.ts';

type Entry = { readonly amount: Money; readonly payer?: string; readonly reference?: string };

/** What a line is proposed to be. */
export type LineProposal = Pick<BankLineRow, 'account' | 'rule' | 'proposal'>;

/** The proposal for an entry: nothing where nobody is found, no invoices where nothing is owed. */
export const proposeFor = async (context: Context, entry: Entry): Promise<LineProposal> => {
  const account = (await accountNamed(context, entry.reference ?? '')) ?? (await accountOfPayer(context, entry.payer));
  if (account === undefined) return { proposal: [] };
  const { amount, reference } = entry;
  const items = await readOpenItems(context, account, amount.currency);
  const payment = { amount: amount.minor, ...(reference !== undefined && { reference }) };
  const found = proposalFor(payment, items);
  const numbers = new Map(items.map(({ id, number }) => [id, number]));
  return {
    account,
    ...(found && { rule: found.rule }),
    proposal: (found?.shares ?? []).slice(0, 30).map(({ invoice, amount: minor }) => ({
      invoice,
      number: numbers.get(invoice) ?? '',
      amount: moneyOf(minor, amount.currency),
    })),
  };
};

/** Numbers as they may be written in a reference; those of Ecuador also without their dashes. */
const numbersIn = (reference: string): readonly string[] =>
  reference
    .split(/[\s,;:/#]+/)
    .filter((word) => /\d{3}/.test(word))
    .flatMap((word) => {
      const parts = /^(\d{3})(\d{3})(\d{9})$/.exec(word.replaceAll('-', ''));
      return parts ? [word, parts.slice(1).join('-')] : [word];
    })
    .slice(0, 6);

const accountNamed = async ({ trusted }: Context, reference: string): Promise<string | undefined> => {
  for (const number of new Set(numbersIn(reference))) {
    const invoice = await trusted(Invoice).findByNaturalKey(number);
    if (invoice) return invoice.account;
  }
  return undefined;
};

const accountOfPayer = async ({ trusted }: Context, payer: string | undefined): Promise<string | undefined> => {
  if (payer === undefined || payerKey(payer) === '') return undefined;
  const known = await trusted(BankPayer).findUnique('key', payerKey(payer));
  if (known) return known.account;
  const name = sortable(Account.fields.name.shape, payer);
  const { rows } = await trusted(Account).page('byName', { from: `${name}#`, to: name, first: 2 });
  return rows.length === 1 ? rows[0]?.id : undefined;
};
