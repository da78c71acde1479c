import { createHash } from 'node:crypto';

/** What an access key is made of. */
export type KeyParts = {
  /** The day of issue, `YYYY-MM-DD`. */
  readonly issuedOn: string;
  /** The kind of document: 01 invoice, 04 credit note, 06 waybill. */
  readonly documentCode: string;
  readonly ruc: string;
  /** 1 tests, 2 production. */
  readonly environment: '1' | '2';
  /** Three digits each. */
  readonly establishment: string;
  readonly emissionPoint: string;
  readonly sequence: number;
  /** The record that it stands for: its eight free digits come from here, so that a repetition makes the same key. */
  readonly recordId: string;
};

/** The 49 digits by which the SRI knows a document, its check digit at the end (domain 1.5). */
export const accessKeyOf = (parts: KeyParts): string => {
  const [year = '', month = '', day = ''] = parts.issuedOn.split('-');
  const digits = [
    `${day}${month}${year}`,
    parts.documentCode,
    parts.ruc,
    parts.environment,
    parts.establishment,
    parts.emissionPoint,
    sequenceText(parts.sequence),
    freeDigits(parts.recordId),
    normalEmission,
  ].join('');
  return digits + checkDigit(digits);
};

/** Nine digits, as the SRI counts documents. */
export const sequenceText = (sequence: number): string => String(sequence).padStart(9, '0');

/** `001-001-000000123`, as people read it. */
export const documentNumberOf = (establishment: string, emissionPoint: string, sequence: number): string =>
  [establishment, emissionPoint, sequenceText(sequence)].join('-');

/** Whether a key has its 49 digits and the right one at its end. */
export const isAccessKey = (key: string): boolean => /^\d{49}$/.test(key) && checkDigit(key.slice(0, 48)) === key[48];

/** Modulo 11 with weights 2 to 7 from the right; 11 is written 0 and 10 is written 1. */
export const checkDigit = (digits: string): string => {
  const total = Array.from(digits)
    .reverse()
    .reduce((sum, digit, place) => sum + Number(digit) * (2 + (place % 6)), 0);
  const left = 11 - (total % 11);
  if (left === 11) return '0';
  return left === 10 ? '1' : String(left);
};

const normalEmission = '1';

const freeDigits = (recordId: string): string =>
  String(createHash('sha256').update(recordId).digest().readUInt32BE(0) % 100_000_000).padStart(8, '0');
