// The errors of the domain: one class, a code of the field's words, a message for people, a path into the input.

/** Where in the input a problem lies, outermost first: `['lines', 2, 'quantity']`. */
export type Path = readonly (string | number)[];

/** One broken rule. `code` is SCREAMING_SNAKE and part of the API. */
export type Problem = { readonly code: string; readonly message: string; readonly path?: Path };

/** Codes that end a request instead of being listed in `userErrors` (design.md section 7). */
export const requestCodes = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'TOO_COSTLY', 'RATE_LIMITED'] as const;

/** Codes that every mutation may answer in `userErrors`, besides its own `fails`. */
export const commonCodes = [
  'BAD_INPUT',
  'STALE_VERSION',
  'CONFLICT',
  'NOT_UNIQUE',
  'REFERENCE_NOT_FOUND',
  'REFERENCE_ARCHIVED',
  'ARCHIVED',
  'FROZEN',
  'INVALID_STATE',
  'TOO_LARGE',
  'IDEMPOTENCY_KEY_REUSED',
  'READ_ONLY_FIELD',
  'TENANT_READ_ONLY',
] as const;

/** A rule of the domain that was broken, with all the problems that were found. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: string;
  readonly path: Path;
  readonly problems: readonly Problem[];
  constructor(code: string, message: string, path: Path = [], problems?: readonly Problem[]) {
    super(message);
    this.code = code;
    this.path = path;
    this.problems = problems ?? [{ code, message, path }];
  }
}

/** One error for several problems; its code is the first one's. */
export const problemsError = (problems: readonly Problem[]): DomainError => {
  const [first] = problems;
  return new DomainError(
    first?.code ?? 'BAD_INPUT',
    first?.message ?? 'The input is not valid.',
    first?.path,
    problems,
  );
};

/** The record does not exist, or the actor may not know that it does. */
export const notFound = (entity: string, id: string): DomainError =>
  new DomainError('NOT_FOUND', `There is no ${entity} ${id}.`);

/** The actor may not do this. */
export const forbidden = (message: string): DomainError => new DomainError('FORBIDDEN', message);

/** Whether the error ends the request (`extensions.code`) rather than being listed in `userErrors`. */
export const endsRequest = (error: DomainError): boolean => (requestCodes as readonly string[]).includes(error.code);
