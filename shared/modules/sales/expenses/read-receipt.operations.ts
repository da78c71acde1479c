import {
  choice,
  date,
  DomainError,
  given,
  list,
  money,
  number,
  object,
  optional,
  query,
  ref,
  roundedMoney,
  text,
  type Context,
} from '#kernel';
import { fileKey, readableFile, seenOrRefused } from '#modules/platform/files';
import { leavesReceiptDoubts, readReceiptLines, receiptFields, withFound, type ReceiptField } from './receipt.rules.ts';

/** What the reader of documents takes in one call. */
const largest = 10 * 1024 * 1024;

const field = object('ReceiptField', {
  name: choice(receiptFields, { named: 'ReceiptFieldName', describes: 'What it is.' }),
  value: text({ max: 300, describes: 'What was read.' }),
  confidence: number({ describes: 'How sure that is, 0 to 1. Below 0.8 a person has to look at it.' }),
});

export const readReceipt = query('readReceipt', {
  describes:
    'Reads an uploaded photo of a receipt, in Spanish or English: what `createExpense` would be given, and how sure each value is. Nothing is saved.',
  needs: 'expense.create',
  input: { file: ref('File', { describes: 'The uploaded picture, JPEG or PNG, at most 10 MiB.' }) },
  returns: {
    fields: list(field, { describes: 'Each value that was read.' }),
    merchant: optional(text({ max: 200, describes: 'Who was paid.' })),
    merchantTaxId: optional(text({ max: 60, describes: 'The tax number of who was paid.' })),
    receiptNumber: optional(text({ max: 60, describes: 'The number of the receipt.' })),
    spentOn: optional(date({ describes: 'Its day.' })),
    amount: optional(money({ describes: 'What it comes to; in the tenant’s currency where it shows no other.' })),
  },
  fails: ['FILE_NOT_UPLOADED', 'RECEIPT_NOT_A_PICTURE', 'RECEIPT_TOO_LARGE', 'RECEIPT_UNREADABLE'],
  run: async ({ file: id }, context) => {
    const { contentType, size } = await readableFile(context, id);
    if (!/^image\/(?:jpeg|png)\b/.test(contentType))
      throw new DomainError('RECEIPT_NOT_A_PICTURE', 'A receipt is read from a photo: JPEG or PNG.', ['file']);
    if (size > largest)
      throw new DomainError('RECEIPT_TOO_LARGE', 'A photo of a receipt has at most 10 MiB.', ['file']);
    const fields = await fieldsOf(context, fileKey(context.actor.tenant, id));
    const { total, currency, ...said } = Object.fromEntries(
      fields.map(({ name, value }) => [name, value.slice(0, name === 'merchant' ? 200 : 60)]),
    );
    const amount = total === undefined ? undefined : roundedMoney(total, currency ?? context.actor.currency);
    return {
      fields: fields.map((each) => ({ ...each, value: each.value.slice(0, 300) })),
      ...given({ ...said, amount }),
    };
  },
});

/** Lines first; a look at the whole receipt, which costs seven times as much, only where the lines leave doubts. */
const fieldsOf = async ({ ports: { documentReader } }: Context, key: string): Promise<readonly ReceiptField[]> => {
  const fields = readReceiptLines(await seenOrRefused('RECEIPT_UNREADABLE', () => documentReader.readLines(key)));
  if (!leavesReceiptDoubts(fields)) return fields;
  return withFound(fields, await seenOrRefused('RECEIPT_UNREADABLE', () => documentReader.readExpense(key)));
};
