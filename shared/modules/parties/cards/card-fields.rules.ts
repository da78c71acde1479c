import type { Box } from '#kernel';
import type { Line } from './card-lines.rules.ts';

/** What a field of a card may be. */
export const cardFieldNames = [
  'title',
  'firstName',
  'lastName',
  'jobTitle',
  'company',
  'email',
  'mobile',
  'phone',
  'fax',
  'website',
  'social',
  'taxId',
  'street',
  'city',
  'postcode',
  'country',
] as const;
/** What a field of a card is. */
export type CardFieldName = (typeof cardFieldNames)[number];

/** A value that was read, how sure that is (0 to 1), and where it stands. */
export type CardField = {
  readonly name: CardFieldName;
  readonly value: string;
  readonly confidence: number;
  readonly box?: Box;
};

/** From here on a value counts as read; below, a person has to look at it. */
export const certain = 0.8;

/** A value on a line. `score` says how sure the rule is; how sure the reader was comes with the line. */
export const fieldOn = (line: Line, name: CardFieldName, value: string, score: number): CardField => ({
  name,
  value,
  confidence: Math.round(Math.min(1, line.confidence * score) * 1000) / 1000,
  box: line.box,
});
