import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Textract } from '@aws-sdk/client-textract';
import { cards, type Card } from '#test/support/card-people';
import { drawCard } from '#test/support/cards';
import { clientOptions, openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import { openObjects, type ObjectStore } from '../files/object-store.ts';
import type { Listener } from '../listen.ts';
import { ocrProcess, type OcrProcess } from './ocr-process.ts';
import { textractEndpoint } from './textract-endpoint.ts';

let trial: TrialStore;
let objects: ObjectStore;
let ocr: OcrProcess;
let service: Listener;
let client: Textract;

const card = cards[0] as Card;

beforeAll(async () => {
  trial = openTrialStore();
  objects = openObjects(trial.store, `${trial.folder}/objects`);
  ocr = ocrProcess({ folder: join(trial.folder, 'ocr'), idleSeconds: 0.2 });
  service = await serveTrial(textractEndpoint(objects, ocr));
  client = new Textract(clientOptions(service.url));
});

afterAll(async () => {
  client.destroy();
  await Promise.all([service.close(), ocr.stop()]);
  trial.remove();
});

describe('Textract on this machine', () => {
  it('reads lines and words with their places, and ends when it has nothing to do', async () => {
    const { Blocks = [] } = await client.detectDocumentText({ Document: { Bytes: drawCard(card, 0) } });
    const lines = Blocks.filter(({ BlockType }) => BlockType === 'LINE');
    expect(lines.map(({ Text }) => Text)).toEqual(expect.arrayContaining([card.name, card.email, card.company]));
    const name = lines.find(({ Text }) => Text === card.name);
    expect(name?.Confidence).toBeGreaterThan(80);
    expect(name?.Geometry?.BoundingBox?.Left).toBeCloseTo(70 / 1050, 1);
    expect(name?.Geometry?.BoundingBox?.Top).toBeCloseTo(85 / 600, 1);
    const words = name?.Relationships?.[0]?.Ids?.map((id) => Blocks.find(({ Id }) => Id === id)?.Text);
    expect(words?.join(' ')).toBe(card.name);
    expect(ocr.isRunning()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(ocr.isRunning()).toBe(false);
  }, 60_000);

  it('reads what lies in the bucket, levels what is askew, and leaves questions unanswered', async () => {
    await objects.put('files', 'ten/card', drawCard(card, 4), { headers: {} });
    const { Blocks = [] } = await client.analyzeDocument({
      Document: { S3Object: { Bucket: 'files', Name: 'ten/card' } },
      FeatureTypes: ['QUERIES'],
      QueriesConfig: { Queries: [{ Alias: 'NAME', Text: "What is the person's name?" }] },
    });
    expect(Blocks.map(({ Text }) => Text)).toContain(card.email);
    const question = Blocks.find(({ BlockType }) => BlockType === 'QUERY');
    expect(question).toMatchObject({ Query: { Alias: 'NAME' } });
    expect(question?.Relationships).toBeUndefined();
    const { ExpenseDocuments = [] } = await client.analyzeExpense({
      Document: { S3Object: { Bucket: 'files', Name: 'ten/card' } },
    });
    expect(ExpenseDocuments[0]).toMatchObject({ SummaryFields: [] });
    expect(ExpenseDocuments[0]?.Blocks?.map(({ Text }) => Text)).toContain(card.email);
  }, 60_000);

  it.each([
    ['no picture', { Bytes: Buffer.from('%PDF-1.7') }, 'UnsupportedDocumentException'],
    ['a damaged picture', { Bytes: drawCard(card, 0).slice(0, 2_000) }, 'UnsupportedDocumentException'],
    ['a picture that is not there', { S3Object: { Bucket: 'files', Name: 'none' } }, 'InvalidS3ObjectException'],
    ['a picture without an end', { Bytes: headerOf(40_000, 40_000) }, 'InvalidParameterException'],
  ])(
    'refuses %s',
    async (_what, Document, name) => {
      await expect(client.detectDocumentText({ Document })).rejects.toMatchObject({ name });
    },
    60_000,
  );
});

/** The head of a PNG that claims this size. */
function headerOf(width: number, height: number): Uint8Array {
  const header = Buffer.from(drawCard(card, 0).slice(0, 64));
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}
