// What the SRI would refuse, said before a document gets its number (domain 1.1, 1.9).
import { add, fromDecimal, sum, type Problem } from '#kernel';
import { checkTaxId } from '#modules/parties/accounts';
import type { Buyer, ElectronicLine, SriDocument } from './sri-document.rules.ts';

/** The largest sale to somebody who stays unnamed, in USD. */
const mostUnnamed = fromDecimal('50', 'USD');
/** Bytes of the largest document. */
const mostBytes = 320 * 1024;

/** Everything that is wrong with a document for the SRI. */
export const documentProblems = (document: SriDocument): readonly Problem[] => {
  if (document.kind === 'WAYBILL') return document.receivers.flatMap(({ id }) => idProblems(id));
  const { buyer, lines, total } = document;
  if (total.currency !== 'USD') return [problem(`Ecuador invoices in USD, not in ${total.currency}.`, 'currency')];
  return [
    ...buyerProblems(buyer),
    ...(buyer.idType === 'FINAL_CONSUMER' ? unnamedProblems(document) : []),
    ...(sumOf(lines).minor === total.minor ? [] : [problem('Its lines and taxes do not come to its total.', 'total')]),
  ];
};

/** What is wrong with the size of the signed document. */
export const sizeProblems = (xml: string): readonly Problem[] =>
  Buffer.byteLength(xml) > mostBytes
    ? [problem('The SRI takes at most 320 KB; make several documents of it.', 'lines')]
    : [];

const problem = (message: string, ...path: readonly string[]): Problem => ({ code: 'BAD_INPUT', message, path });

const buyerProblems = ({ idType, id }: Buyer): readonly Problem[] => {
  if (idType === 'RUC' || idType === 'CEDULA')
    return checkTaxId(id, idType, 'EC') === 'MALFORMED'
      ? [problem(`${id} can be no ${idType} of Ecuador.`, 'buyer', 'taxId')]
      : [];
  return id === '' ? [problem('The buyer has no tax number.', 'buyer', 'taxId')] : idProblems(id);
};

const idProblems = (id: string): readonly Problem[] =>
  /^[A-Za-z0-9-]{1,20}$/.test(id) ? [] : [problem(`${id} can be no number of a person or company.`, 'buyer', 'taxId')];

const unnamedProblems = ({ kind, total }: Exclude<SriDocument, { kind: 'WAYBILL' }>): readonly Problem[] => {
  if (kind === 'CREDIT_NOTE') return [problem('A credit note names its receiver.', 'buyer')];
  return total.minor > mostUnnamed.minor ? [problem('Above 50 USD the buyer must be named.', 'buyer')] : [];
};

const sumOf = (lines: readonly ElectronicLine[]) =>
  sum(
    lines.map(({ base, taxes }) => taxes.reduce((so, { amount }) => add(so, amount), base)),
    'USD',
  );
