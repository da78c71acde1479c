// What came in on a bank account, whatever kind of file tells of it.
import { createHash } from 'node:crypto';
import { DomainError } from '#kernel';

/** Money that came in, as the bank tells it. The amount is an exact decimal. */
export type BankEntry = {
  readonly bookedOn: string;
  readonly amount: string;
  readonly currency: string;
  /** What the payer wrote with it. */
  readonly reference: string;
  readonly payer?: string;
  /** The number that the bank gives it. */
  readonly bankReference?: string;
};

/** What a file says: the account, what came in, and how many entries were something else (fees, what went out). */
export type BankReport = {
  readonly bankAccount?: string;
  readonly entries: readonly BankEntry[];
  readonly others: number;
};

/** Refuses a file, with what is wrong in it. */
export const refuseFile = (message: string): DomainError => new DomainError('FILE_MALFORMED', message, ['file']);

/**
 * By what entries are told from each other, in every file that tells of them: the bank's own number, or all that is said, with
 * how many alike stand before it.
 */
export const entryKeys = (bankAccount: string, entries: readonly BankEntry[]): readonly string[] => {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const said = [entry.bookedOn, entry.amount, entry.currency, entry.bankReference ?? entry.reference, entry.payer];
    const text = JSON.stringify(said);
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return createHash('sha256')
      .update(JSON.stringify([bankAccount, text, before]))
      .digest('hex');
  });
};
