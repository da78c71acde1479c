// Text on pictures: Textract's DetectDocumentText for lines, AnalyzeDocument with QUERIES for answers.
import type { Block, BoundingBox, Document, Textract } from '@aws-sdk/client-textract';
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
  const ask = async (call: (textract: Textract) => Promise<{ readonly Blocks?: Block[] | undefined }>) => {
    try {
      return (await call(await client())).Blocks ?? [];
    } catch (error) {
      if (error instanceof Error && refusals.has(error.name)) throw new UnreadablePicture(error);
      throw error;
    }
  };
  return {
    async readLines(key) {
      const Document = await documentOf(key);
      const blocks = await ask((textract) => textract.detectDocumentText({ Document }));
      return blocks.filter(({ BlockType }) => BlockType === 'LINE').map(seenIn);
    },
    async answer(key, questions) {
      const Document = await documentOf(key);
      const Queries = Object.entries(questions).map(([Alias, Text]) => ({ Alias, Text }));
      const blocks = await ask((textract) =>
        textract.analyzeDocument({ Document, FeatureTypes: ['QUERIES'], QueriesConfig: { Queries } }),
      );
      return answersIn(blocks);
    },
  };
}

const seenIn = ({ Text = '', Confidence = 0, Geometry }: Block): SeenText => ({
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
