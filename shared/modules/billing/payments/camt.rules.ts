// ISO 20022 camt.053: the statement that banks of many countries send. Versions differ in names, not in what is read here.
import { XMLParser } from 'fast-xml-parser';
import { refuseFile, type BankEntry, type BankReport } from './bank-entry.rules.ts';

const repeated = new Set(['Stmt', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd', 'Strd']);
const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (name) => repeated.has(name),
});

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What lies at the end of a path of elements. */
const at = (from: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((node, name) => (isNode(node) ? node[name] : undefined), from);
const textAt = (from: unknown, ...path: readonly string[]): string => {
  const value = at(from, ...path);
  const text = isNode(value) ? value['#text'] : value;
  return typeof text === 'string' ? text.trim() : '';
};
const listAt = (from: unknown, ...path: readonly string[]): readonly unknown[] => {
  const value = at(from, ...path);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
};

/** Whether a text is a camt.053 message. */
export const isCamt = (text: string): boolean => text.slice(0, 4000).includes('BkToCstmrStmt');

/** What came in, of a camt.053 message. @throws FILE_MALFORMED */
export const readCamt = (text: string): BankReport => {
  const statements = listAt(parsed(text), 'Document', 'BkToCstmrStmt', 'Stmt');
  const [first] = statements;
  if (first === undefined) throw refuseFile('The message holds no statement.');
  const booked = statements.flatMap((statement) => listAt(statement, 'Ntry'));
  const credits = booked.filter(isCredit);
  const bankAccount = textAt(first, 'Acct', 'Id', 'IBAN') || textAt(first, 'Acct', 'Id', 'Othr', 'Id');
  return {
    ...(bankAccount !== '' && { bankAccount }),
    entries: credits.flatMap(entriesOf),
    others: booked.length - credits.length,
  };
};

const parsed = (text: string): unknown => {
  try {
    return parser.parse(text);
  } catch (cause) {
    throw refuseFile(`The message is no XML: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`);
  }
};

/** What is booked, came in, and takes nothing back. */
const isCredit = (entry: unknown): boolean => {
  const status = textAt(entry, 'Sts', 'Cd') || textAt(entry, 'Sts');
  return textAt(entry, 'CdtDbtInd') === 'CRDT' && status !== 'PDNG' && textAt(entry, 'RvslInd') !== 'true';
};

/** A collective entry is told transaction by transaction, where the bank says how much each was. */
const entriesOf = (entry: unknown): readonly BankEntry[] => {
  const details = listAt(entry, 'NtryDtls').flatMap((each) => listAt(each, 'TxDtls'));
  const isSplit = details.length > 1 && details.every((detail) => amountOf(detail) !== undefined);
  return isSplit ? details.map((detail) => entryOf(entry, detail)) : [entryOf(entry, details[0])];
};

const amountOf = (detail: unknown): unknown => at(detail, 'Amt') ?? at(detail, 'AmtDtls', 'TxAmt', 'Amt');

const entryOf = (entry: unknown, detail: unknown): BankEntry => {
  const amount = amountOf(detail) ?? at(entry, 'Amt');
  const bookedOn = (textAt(entry, 'BookgDt', 'Dt') || textAt(entry, 'BookgDt', 'DtTm')).slice(0, 10);
  const [currency, value] = [textAt(amount, '@Ccy'), textAt({ amount }, 'amount')];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(bookedOn) || !/^\d+(\.\d+)?$/.test(value) || currency === '')
    throw refuseFile('An entry lacks its day, its amount or its currency.');
  return { bookedOn, amount: value, currency, reference: referenceOf(entry, detail), ...namesOf(entry, detail) };
};

const namesOf = (entry: unknown, detail: unknown): Pick<BankEntry, 'payer' | 'bankReference'> => {
  const payer = textAt(detail, 'RltdPties', 'Dbtr', 'Nm') || textAt(detail, 'RltdPties', 'Dbtr', 'Pty', 'Nm');
  const ownNumber = textAt(detail, 'Refs', 'AcctSvcrRef') || textAt(entry, 'AcctSvcrRef') || textAt(entry, 'NtryRef');
  return { ...(payer !== '' && { payer }), ...(ownNumber !== '' && { bankReference: ownNumber }) };
};

const referenceOf = (entry: unknown, detail: unknown): string => {
  const words = [
    ...listAt(detail, 'RmtInf', 'Ustrd').map((each) => textAt({ each }, 'each')),
    ...listAt(detail, 'RmtInf', 'Strd').map((each) => textAt(each, 'CdtrRefInf', 'Ref')),
    textAt(detail, 'Refs', 'EndToEndId').replace(/^NOTPROVIDED$/, ''),
    textAt(entry, 'AddtlNtryInf'),
  ];
  return words.filter((word) => word !== '').join(' ');
};
