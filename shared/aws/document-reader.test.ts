import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerJson, listen, readBody, type Listener } from '#infra/local/listen';
import { UnreadablePicture, type Files } from '#kernel/ports';
import { textractAnswer } from '#test/support/textract-answers';
import { openDocumentReader } from './document-reader.ts';

type Asked = { readonly action: string; readonly input: Readonly<Record<string, unknown>> };

let service: Listener;
let asked: Asked[] = [];
let answer: { readonly status: number; readonly body: unknown };

beforeAll(async () => {
  service = await listen(0, async (request, response) => {
    const input = JSON.parse((await readBody(request, 20_000_000)).toString()) as Asked['input'];
    asked.push({ action: String(request.headers['x-amz-target']), input });
    answerJson(response, answer.status, answer.body, 'application/x-amz-json-1.1');
  });
  const access = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  Object.assign(process.env, access, { AWS_ENDPOINT_URL_TEXTRACT: service.url });
});
afterAll(() => service.close());
beforeEach(() => {
  asked = [];
});

const picture = (size: number) =>
  ({
    head: () => Promise.resolve({ size, contentType: 'image/png' }),
    get: () => Promise.resolve(Buffer.from('picture')),
  }) as unknown as Files;
const reader = (size = 7) => openDocumentReader(picture(size), () => 'lazo-dev-files');

describe('reading documents', () => {
  it('tells the lines with how sure they are and where they stand', async () => {
    answer = { status: 200, body: textractAnswer('two-columns-split') };
    const lines = await reader().readLines('ten_1/files/fil_1');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toEqual({
      text: 'Avery',
      confidence: 0.998,
      box: { left: 0.07, top: 0.12, width: 0.11, height: 0.08 },
    });
    expect(asked).toEqual([
      {
        action: 'Textract.DetectDocumentText',
        input: { Document: { Bytes: Buffer.from('picture').toString('base64') } },
      },
    ]);
  });

  it('lets Textract fetch a large picture from the bucket', async () => {
    answer = { status: 200, body: { Blocks: [] } };
    await reader(6 * 1024 * 1024).readLines('ten_1/files/fil_1');
    expect(asked[0]?.input).toEqual({
      Document: { S3Object: { Bucket: 'lazo-dev-files', Name: 'ten_1/files/fil_1' } },
    });
  });

  it('asks questions and tells the answers that there are', async () => {
    const at = { BoundingBox: { Left: 0.1, Top: 0.2, Width: 0.3, Height: 0.05 } };
    answer = {
      status: 200,
      body: {
        Blocks: [
          { BlockType: 'LINE', Id: 'l1', Text: 'Ana Vera', Confidence: 99 },
          {
            BlockType: 'QUERY',
            Id: 'q1',
            Query: { Text: 'Who?', Alias: 'name' },
            Relationships: [{ Type: 'ANSWER', Ids: ['a1'] }],
          },
          { BlockType: 'QUERY_RESULT', Id: 'a1', Text: 'Ana Vera', Confidence: 88, Geometry: at },
          { BlockType: 'QUERY', Id: 'q2', Query: { Text: 'What fax?', Alias: 'fax' } },
        ],
      },
    };
    const answers = await reader().answer('k', { name: 'Who?', fax: 'What fax?' });
    expect([...answers]).toEqual([
      ['name', { text: 'Ana Vera', confidence: 0.88, box: { left: 0.1, top: 0.2, width: 0.3, height: 0.05 } }],
    ]);
    expect(asked[0]?.input).toMatchObject({
      FeatureTypes: ['QUERIES'],
      QueriesConfig: { Queries: [{ Alias: 'name', Text: 'Who?' }, {}] },
    });
  });

  it('reads receipts: of each field the surest, by our names', async () => {
    const field = (type: string, text: string, confidence: number) => ({
      Type: { Text: type },
      ValueDetection: { Text: text, Confidence: confidence },
    });
    const SummaryFields = [
      field('VENDOR_NAME', 'El Faro', 97),
      field('TOTAL', '20.39', 60),
      field('TOTAL', '23.45', 92),
      field('TAX_PAYER_ID', '1790012345001', 90),
      field('VENDOR_VAT_NUMBER', 'B12345678', 80),
      field('TAX', '3.06', 99),
    ];
    answer = { status: 200, body: { ExpenseDocuments: [{ SummaryFields }] } };
    expect(Object.fromEntries(await reader().readExpense('k'))).toEqual({
      merchant: { text: 'El Faro', confidence: 0.97 },
      merchantTaxId: { text: 'B12345678', confidence: 0.8 },
      total: { text: '23.45', confidence: 0.92 },
    });
    expect(asked[0]?.action).toBe('Textract.AnalyzeExpense');
  });

  it('tells pictures that cannot be read from calls that failed', async () => {
    answer = { status: 400, body: { __type: 'UnsupportedDocumentException', message: 'no' } };
    await expect(reader().readLines('k')).rejects.toThrow(UnreadablePicture);
    answer = { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
    await expect(reader().readLines('k')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
