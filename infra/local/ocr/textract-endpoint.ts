// Textract as client-textract speaks it, over tesseract.js: lines and words with their places. It answers no questions:
// each comes back without an answer, as Textract returns those that a document does not answer; of receipts it names no field.
import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { imageSize } from 'image-size';
import type { ObjectStore } from '../files/object-store.ts';
import { entriesOf, serveActions, ServiceError, type Input } from '../json-protocol.ts';
import type { Answer } from '../listen.ts';
import type { OcrProcess } from './ocr-process.ts';
import type { SeenLine, SeenWord } from './seen.ts';

/** Textract's limits, and what a laptop can hold unpacked. */
const largestSide = 10_000;
const mostPixels = 50_000_000;

/** Serves DetectDocumentText, AnalyzeDocument with QUERIES, and AnalyzeExpense. */
export function textractEndpoint(objects: ObjectStore, ocr: OcrProcess): Answer {
  const read = async (input: Input): Promise<readonly object[]> => {
    const picture = await pictureIn(input, objects);
    assertReadable(picture);
    const lines = await ocr.read(picture).catch((error: unknown) => {
      throw new ServiceError(
        'UnsupportedDocumentException',
        `Request has unsupported document format: ${String(error)}`,
      );
    });
    return blocksOf(lines);
  };
  const answered = (blocks: readonly object[], version: string) => ({
    DocumentMetadata: { Pages: 1 },
    Blocks: blocks,
    [version]: '1.0',
  });
  return serveActions({
    DetectDocumentText: async (input) => answered(await read(input), 'DetectDocumentTextModelVersion'),
    AnalyzeDocument: async (input) =>
      answered([...(await read(input)), ...questionsIn(input)], 'AnalyzeDocumentModelVersion'),
    AnalyzeExpense: async (input) => ({
      DocumentMetadata: { Pages: 1 },
      ExpenseDocuments: [{ ExpenseIndex: 1, SummaryFields: [], LineItemGroups: [], Blocks: await read(input) }],
    }),
  });
}

type Named = { readonly Bucket?: string; readonly Name?: string };

const pictureIn = async ({ Document }: Input, objects: ObjectStore): Promise<Uint8Array> => {
  const { Bytes, S3Object } = (Document ?? {}) as { readonly Bytes?: string; readonly S3Object?: Named };
  if (typeof Bytes === 'string') return Buffer.from(Bytes, 'base64');
  const found = objects.get(S3Object?.Bucket ?? '', S3Object?.Name ?? '');
  if (!found) throw new ServiceError('InvalidS3ObjectException', 'Unable to get object metadata from S3.');
  return readFile(found.path);
};

const assertReadable = (picture: Uint8Array): void => {
  const { type, width, height } = sizeOf(picture);
  if (type !== 'png' && type !== 'jpg')
    throw new ServiceError('UnsupportedDocumentException', 'Request has unsupported document format.');
  if (width > largestSide || height > largestSide || width * height > mostPixels)
    throw new ServiceError(
      'InvalidParameterException',
      `The picture has ${width} x ${height} pixels; that is too many.`,
    );
};

const sizeOf = (picture: Uint8Array): { readonly type?: string | undefined; width: number; height: number } => {
  try {
    return imageSize(picture);
  } catch {
    return { width: 0, height: 0 };
  }
};

const blocksOf = (lines: readonly SeenLine[]): readonly object[] => {
  const written = lines.map((line) => {
    const words = line.words.map((word) => ({ ...blockOf('WORD', word), TextType: 'PRINTED' }));
    return { line: { ...blockOf('LINE', line), Relationships: childrenOf(words) }, words };
  });
  const page = { left: 0, top: 0, width: 1, height: 1 };
  return [
    {
      BlockType: 'PAGE',
      Id: randomUUID(),
      Geometry: geometryOf(page),
      Relationships: childrenOf(written.map(({ line }) => line)),
    },
    ...written.map(({ line }) => line),
    ...written.flatMap(({ words }) => words),
  ];
};

const childrenOf = (blocks: readonly { readonly Id: string }[]) => [{ Type: 'CHILD', Ids: blocks.map(({ Id }) => Id) }];

const blockOf = (kind: 'LINE' | 'WORD', { text, confidence, box }: SeenWord) => ({
  BlockType: kind,
  Id: randomUUID(),
  Text: text,
  Confidence: confidence,
  Geometry: geometryOf(box),
});

const geometryOf = ({ left, top, width, height }: SeenWord['box']) => ({
  BoundingBox: { Left: left, Top: top, Width: width, Height: height },
  Polygon: [
    { X: left, Y: top },
    { X: left + width, Y: top },
    { X: left + width, Y: top + height },
    { X: left, Y: top + height },
  ],
});

const questionsIn = ({ QueriesConfig }: Input): readonly object[] =>
  entriesOf((QueriesConfig as Input | undefined)?.['Queries'] ?? []).map((Query) => ({
    BlockType: 'QUERY',
    Id: randomUUID(),
    Query,
  }));
