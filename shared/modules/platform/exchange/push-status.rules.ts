import { DomainError, type PieceOutcome } from '#kernel';

/** What became of a row. */
export const pushStatuses = ['CREATED', 'UPDATED', 'UNCHANGED', 'FAILED'] as const;

/** The same of a piece of work. */
export const statusOf = ({ status }: PieceOutcome): (typeof pushStatuses)[number] => statuses[status];

const statuses = { created: 'CREATED', updated: 'UPDATED', unchanged: 'UNCHANGED', failed: 'FAILED' } as const;

/** Why a row failed. @throws what is no broken rule */
export const failureOf = (error: unknown) => {
  if (!(error instanceof DomainError)) throw error;
  return { code: error.code, message: messageOf(error) };
};

const messageOf = ({ problems }: DomainError): string =>
  problems.map(({ path, message }) => (path?.length ? `${path.join('.')}: ${message}` : message)).join(' ');
