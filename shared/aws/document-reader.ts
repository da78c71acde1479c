// Text on pictures: Textract's DetectDocumentText for lines, AnalyzeDocument with QUERIES for answers, AnalyzeExpense for receipts.
import type {
  Block,
  BoundingBox,
  Document,
  ExpenseDetection,
  ExpenseDocument,
  Textract,
} from '@aws-sdk/client-textract';
import { UnreadablePicture, type Box, type DocumentReader, type Files, type SeenText } from '#kernel/ports';
import { once } from './once.ts';

/** What Textract says of pictures that it will not read; anything else is a failure of the call. */
const refusals = new Set([
  'UnsupportedDocumentException',
  'BadDocumentException',
  'DocumentTooLargeException',
  'InvalidParameterException',
  'InvalidS3ObjectException',
]);

/** Bytes that a call itself may carry; larger pictures Textract fetches from the bucket. */
const carried = 5 * 1024 * 1024;

/** Textract over the pictures in `files`, which lie in the bucket that `bucketName` names. */
export function openDocumentReader(files: Files, bucketName: () => string): DocumentReader {
  const client = once(async () => {
    const { Textract: Client } = await import('@aws-sdk/client-textract');
    return new Client();
  });
  const documentOf = async (key: string): Promise<Document> => {
    const { size = 0 } = (await files.head(key)) ?? {};
    if (size > carried) return { S3Object: { Bucket: bucketName(), Name: key } };
    return { Bytes: (await files.get(key)) ?? new Uint8Array() };
  };
  const ask = async <Answer>(call: (textract: Textract) => Promise<Answer>): Promise<Answer> => {
    try {
      return await call(await client());
    } catch (error) {
      if (error instanceof Error && refusals.has(error.name)) throw new UnreadablePicture(error);
      throw error;
    }
  };
  return {
    async readLines(key) {
      const Document = await documentOf(key);
      const { Blocks: blocks = [] } = await ask((textract) => textract.detectDocumentText({ Document }));
      return blocks.filter(({ BlockType }) => BlockType === 'LINE').map(seenIn);
    },
    async answer(key, questions) {
      const Document = await documentOf(key);
      const Queries = Object.entries(questions).map(([Alias, Text]) => ({ Alias, Text }));
      const { Blocks: blocks = [] } = await ask((textract) =>
        textract.analyzeDocument({ Document, FeatureTypes: ['QUERIES'], QueriesConfig: { Queries } }),
      );
      return answersIn(blocks);
    },
    async readExpense(key) {
      const Document = await documentOf(key);
      const { ExpenseDocuments: found = [] } = await ask((textract) => textract.analyzeExpense({ Document }));
      return expenseIn(found);
    },
  };
}

type Seen = Pick<Block & ExpenseDetection, 'Text' | 'Confidence' | 'Geometry'>;

const seenIn = ({ Text = '', Confidence = 0, Geometry }: Seen): SeenText => ({
  text: Text,
  confidence: Confidence / 100,
  ...(Geometry?.BoundingBox && { box: boxOf(Geometry.BoundingBox) }),
});

const boxOf = ({ Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox): Box => ({
  left: Left,
  top: Top,
  width: Width,
  height: Height,
});

/** A question refers to the blocks of its answers, the best first. */
const answersIn = (blocks: readonly Block[]): ReadonlyMap<string, SeenText> => {
  const byId = new Map(blocks.map((block) => [block.Id, block]));
  return new Map(
    blocks.flatMap(({ BlockType, Query, Relationships = [] }) => {
      const [first] = Relationships.flatMap(({ Type, Ids = [] }) => (Type === 'ANSWER' ? Ids : []));
      const answer = byId.get(first);
      return BlockType === 'QUERY' && answer ? [[Query?.Alias ?? '', seenIn(answer)] as const] : [];
    }),
  );
};

/** What Textract calls the fields of a receipt; of two for the same the first counts. */
const expenseFields: readonly (readonly [type: string, name: string])[] = [
  ['VENDOR_NAME', 'merchant'],
  ['VENDOR_VAT_NUMBER', 'merchantTaxId'],
  ['TAX_PAYER_ID', 'merchantTaxId'],
  ['INVOICE_RECEIPT_ID', 'receiptNumber'],
  ['INVOICE_RECEIPT_DATE', 'spentOn'],
  ['TOTAL', 'total'],
];

/** The fields of a receipt by our names, of each the surest. */
const expenseIn = (documents: readonly ExpenseDocument[]): ReadonlyMap<string, SeenText> => {
  const fields = documents.flatMap(({ SummaryFields = [] }) => SummaryFields);
  const found = expenseFields.toReversed().flatMap(([type, name]) => {
    const [surest] = fields
      .filter(({ Type }) => Type?.Text === type)
      .map(({ ValueDetection = {} }) => seenIn(ValueDetection))
      .toSorted((a, b) => b.confidence - a.confidence);
    return surest ? [[name, surest] as const] : [];
  });
  return new Map(found);
};
