// Answers of Textract as it gives them, for cards of people who do not exist. They are written, not recorded: photographs of
// real cards hold real people.
import { readFileSync } from 'node:fs';
import type { Block, DetectDocumentTextCommandOutput } from '@aws-sdk/client-textract';
import type { SeenText } from '#kernel';

/** The cards that there are answers for. */
export type AnsweredCard =
  'lawyer-with-titles' | 'two-columns-split' | 'free-mail-no-company' | 'supplier-with-tax-number';

/** What DetectDocumentText answers. */
export const textractAnswer = (card: AnsweredCard): Pick<DetectDocumentTextCommandOutput, 'Blocks'> =>
  JSON.parse(readFileSync(new URL(`./textract/${card}.json`, import.meta.url), 'utf8')) as { Blocks: Block[] };

/** The lines in it, as the port tells them. */
export const textractLines = (card: AnsweredCard): readonly SeenText[] =>
  (textractAnswer(card).Blocks ?? [])
    .filter(({ BlockType }) => BlockType === 'LINE')
    .map(({ Text = '', Confidence = 0, Geometry }) => {
      const { Left = 0, Top = 0, Width = 0, Height = 0 } = Geometry?.BoundingBox ?? {};
      return { text: Text, confidence: Confidence / 100, box: { left: Left, top: Top, width: Width, height: Height } };
    });
