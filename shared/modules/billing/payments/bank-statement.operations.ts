import { createHash } from 'node:crypto';
import {
  DomainError,
  fromDecimal,
  given,
  job,
  list,
  money,
  mutation,
  object,
  optional,
  recordInput,
  ref,
  text,
  type Context,
  type JobContext,
  type Piece,
} from '#kernel';
import { readFile } from '#modules/platform/files';
import { openCsv } from '#modules/platform/imports';
import { startJob } from '#modules/platform/jobs';
import { readBankTable, type BankColumns } from './bank-csv.rules.ts';
import { entryKeys, refuseFile, type BankEntry, type BankReport } from './bank-entry.rules.ts';
import { proposeFor } from './bank-matching.operations.ts';
import { BankLine, BankPayer, BankStatement, payerKey, type BankStatementRow } from './bank-statement.entity.ts';
import { isCamt, readCamt } from './camt.rules.ts';
import { mostApplications } from './payment.entity.ts';
import { takePayment } from './payment.operations.ts';
import { applyFails } from './settle.operations.ts';

/** The largest file of a bank: some ten thousand entries. */
const mostBytes = 10 * 1024 * 1024;
/** Entries of one chunk: each is a unit of work of its own. The file is read anew for each chunk, so that a chunk is large. */
const perChunk = 500;

const columnFields = {
  date: optional(text({ describes: 'The day.' })),
  amount: optional(text({ describes: 'The amount; what came in is positive.' })),
  reference: optional(text({ describes: 'What the payer wrote.' })),
  payer: optional(text({ describes: 'Who paid.' })),
  bankReference: optional(text({ describes: 'The number that the bank gives it.' })),
  currency: optional(text({ describes: 'The currency.' })),
};

type Given = { readonly file: string; readonly columns?: BankColumns };
type Read = BankReport & { readonly format: 'CAMT_053' | 'CSV'; readonly sha256: string };

/** The entries of a file that the actor may read. @throws FILE_MALFORMED and what tables are refused for */
const readReport = async (context: Context, { file, columns = {} }: Given): Promise<Read> => {
  const bytes = await readFile(context, file);
  if (bytes.length > mostBytes) throw refuseFile('The file is larger than 10 MB; send it in parts.');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const text = new TextDecoder().decode(bytes);
  if (isCamt(text)) return { ...readCamt(text), format: 'CAMT_053', sha256 };
  const table = await openCsv(() => inOne(bytes), { hasHeader: true });
  const rows: (readonly string[])[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { ...readBankTable(table.columns, rows, columns, context.actor.currency), format: 'CSV', sha256 };
};

async function* inOne(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}

export const takeBankStatement = mutation('takeBankStatement', {
  describes:
    'Takes in a file in which a bank tells what came in: camt.053, or a table. Each entry becomes a line with a proposal whose payment it is and for what; people confirm it. A file, and an entry, that is known already is not taken in again.',
  needs: 'bankStatement.import',
  input: {
    file: ref('File', { describes: 'The file, uploaded.' }),
    bankAccount: optional(text({ min: 1, max: 60, describes: 'The account of ours, where the file does not say.' })),
    columns: optional(
      object('BankColumns', columnFields, {
        describes: 'Of a table: what its columns are called, where their names do not say what they hold.',
      }),
    ),
  },
  returns: BankStatement,
  fails: ['FILE_MALFORMED', 'FILE_EMPTY', 'FILE_NOT_UPLOADED', 'FILE_IS_BINARY', 'FILE_IS_SPREADSHEET'],
  run: async ({ file, bankAccount: told, columns }, context) => {
    const { sha256, format, entries, others, ...report } = await readReport(context, given({ file, columns }));
    const statements = context.trusted(BankStatement);
    const known = await statements.findUnique('sha256', sha256);
    if (known) return known;
    const bankAccount = told ?? report.bankAccount;
    if (bankAccount === undefined)
      throw new DomainError('BAD_INPUT', 'Say on which account of ours it came in.', ['bankAccount']);
    const values = { file, bankAccount, format, sha256, entries: entries.length, others };
    const statement = context.data(BankStatement).create(values, { event: 'bankStatement.created' });
    const work = startJob(context, takeBankLines, given({ statement: statement.id, columns }), { subject: file });
    return statements.update(statement, { job: work.id });
  },
});

type Work = { readonly statement: string; readonly columns?: BankColumns };

/** Takes in the entries of a statement, chunk by chunk. */
export const takeBankLines = job<Work>('takeBankLines', {
  describes: 'Takes in the entries of a bank’s file, each with a proposal whose payment it is.',
  needs: 'bankStatement.import',
  total: async ({ statement }, { trusted }) => (await trusted(BankStatement).get(statement)).entries,
  chunk: async ({ statement: id, columns }, cursor, context) => {
    const statement = await context.trusted(BankStatement).get(id);
    const { entries } = await readReport(context, given({ file: statement.file, columns }));
    const from = Number(cursor ?? 0);
    const keys = entryKeys(statement.bankAccount, entries).slice(from, from + perChunk);
    const chunk = entries.slice(from, from + perChunk);
    const known = await context.trusted(BankLine).findAllUnique('key', keys);
    const fresh = chunk.flatMap((entry, index) => {
      const key = keys[index] ?? '';
      return known.has(key) ? [] : [{ entry, key, row: from + index + 1 }];
    });
    const outcomes = await context.together(fresh.map(({ entry, key }) => lineOf(statement, entry, key, context)));
    return {
      results: outcomes.map(({ status, record, error }, index) => ({
        row: fresh[index]?.row ?? 0,
        status,
        ...given({ record }),
        ...(error instanceof DomainError && { code: error.code, message: error.message.slice(0, 300) }),
      })),
      ...(from + perChunk < entries.length && { next: String(from + perChunk) }),
    };
  },
});

const lineOf = (statement: BankStatementRow, entry: BankEntry, key: string, { jobId }: JobContext): Piece => ({
  key: `${jobId} ${key}`,
  run: async (context) => {
    const { payer, reference, bankReference, bookedOn } = entry;
    const amount = fromDecimal(entry.amount, entry.currency);
    const found = await proposeFor(context, given({ amount, payer, reference }));
    return context.trusted(BankLine).create({
      ...given({ payer: payer?.slice(0, 200), bankReference: bankReference?.slice(0, 100) }),
      ...(reference !== '' && { reference: reference.slice(0, 500) }),
      ...{ statement: statement.id, bookedOn, amount, key },
      ...found,
    });
  },
});

const own = recordInput('BankLine');

export const confirmBankLine = mutation('confirmBankLine', {
  describes:
    'Confirms whose payment an entry of the bank is and what it is for: it becomes a payment. The next time, payments under that name are known.',
  needs: 'bankStatement.import',
  input: {
    ...own,
    account: optional(ref('Account', { describes: 'Whose payment it is; as proposed when absent.' })),
    applications: optional(
      list(
        object('PaymentShare', {
          invoice: ref('Invoice', { describes: 'The invoice.' }),
          amount: money({ describes: 'How much of the payment is for it.' }),
        }),
        {
          max: mostApplications,
          describes: 'What it is for; as proposed when absent. Where another account is named it is found out anew.',
        },
      ),
    ),
  },
  returns: BankLine,
  fails: [...applyFails, 'NO_ACCOUNT'],
  run: async ({ id, account: named, applications }, context) => {
    const line = await openLine(context, id);
    const account = named ?? line.account;
    if (account === undefined)
      throw new DomainError('NO_ACCOUNT', 'Say whose payment it is; nobody was found.', ['account']);
    const proposed = account === line.account ? line.proposal : undefined;
    const { amount, bookedOn: receivedOn, reference } = line;
    const { bankAccount } = await context.trusted(BankStatement).get(line.statement);
    const payment = await takePayment(
      context,
      given({ account, amount, receivedOn, bankAccount, reference: reference?.slice(0, 200) }),
      applications ?? proposed,
      { bankLine: id },
    );
    if (line.payer !== undefined) await rememberPayer(context, line.payer, account);
    return context.data(BankLine).move(line, 'CONFIRMED', { account, payment: payment.id });
  },
});

const openLine = async ({ data }: Context, id: string) => {
  const line = await data(BankLine).get(id);
  if (line.status !== 'OPEN') throw new DomainError('INVALID_STATE', `It is ${line.status}.`, ['id']);
  return line;
};

const rememberPayer = async ({ trusted }: Context, payer: string, account: string): Promise<void> => {
  const key = payerKey(payer);
  const known = await trusted(BankPayer).findUnique('key', key);
  if (!known) trusted(BankPayer).create({ key, account });
  else if (known.account !== account) trusted(BankPayer).update(known, { account });
};

export const ignoreBankLine = mutation('ignoreBankLine', {
  describes: 'Notes that an entry of the bank is no payment of a customer: interest, a transfer of our own.',
  needs: 'bankStatement.import',
  input: { ...own, reason: text({ min: 1, max: 300, describes: 'What it is.' }) },
  returns: BankLine,
  run: async ({ id, reason }, context) =>
    context.data(BankLine).move(await openLine(context, id), 'IGNORED', { reason }),
});
