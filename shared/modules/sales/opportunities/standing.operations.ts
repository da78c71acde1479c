import { DomainError, type Context, type Page, type PieceOutcome, type Row, type RowResult } from '#kernel';
import { Opportunity } from './opportunity.entity.ts';

/** Opportunities that a chunk of a job takes. */
const perChunk = 100;

/** A page of those that stand in a column of the board, closed ones too. */
export const standingIn = (
  { trusted }: Context,
  place: string,
  after?: string,
): Promise<Page<Row<typeof Opportunity>>> =>
  trusted(Opportunity).page('byPlace', { of: place, first: perChunk, ...(after !== undefined && { after }) });

/** What became of opportunities, as a job keeps it. */
export const told = (
  rows: readonly { readonly id: string }[],
  outcomes: readonly PieceOutcome[],
): readonly RowResult[] =>
  outcomes.map(({ status, error }, index) => ({
    row: index + 1,
    status,
    record: rows[index]?.id ?? '',
    ...(error instanceof DomainError && { code: error.code, message: error.message }),
  }));
