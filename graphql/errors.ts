// Errors as clients see them: broken rules in `userErrors`, requests that cannot be served in `errors` with a code, and
// everything else masked as INTERNAL under an id that the log knows too.
import { GraphQLError, type GraphQLFieldConfig, type GraphQLFormattedError } from 'graphql';
import { DomainError, endsRequest, type Problem } from '#kernel';
import type { Runtime } from '#kernel/context';

/** A broken rule, as plain data: graphql-js takes a returned Error instance for a thrown one. */
export type UserError = { readonly code: string; readonly message: string; readonly path: readonly string[] };

/** The broken rules of a mutation. @throws the error itself when it ends the request or has none of these codes */
export const userErrorsOf = (error: unknown, codes: readonly string[]): readonly UserError[] => {
  if (!(error instanceof DomainError) || endsRequest(error)) throw error;
  if (error.problems.some((problem) => !codes.includes(problem.code))) throw error;
  return error.problems.map(({ code, message, path = [] }) => ({ code, message, path: path.map(String) }));
};

/** The field, failing in a way that says where: a DomainError's own `path` makes graphql-js believe that it has been located. */
export const located = <Source, Context>(
  field: GraphQLFieldConfig<Source, Context>,
): GraphQLFieldConfig<Source, Context> => ({
  ...field,
  resolve: async (source, args, context, info) => {
    try {
      return await field.resolve?.(source, args, context, info);
    } catch (error) {
      throw error instanceof DomainError ? new GraphQLError(error.message, { originalError: error }) : error;
    }
  },
});

/** Longer messages have quoted their input. */
const longestMessage = 1000;

type Format = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Makes Apollo's `formatError`; what it masks, it logs once. */
export const errorFormatter =
  ({ log, ids }: Pick<Runtime, 'log' | 'ids'>): Format =>
  (formatted, error) => {
    const cause = causeOf(error);
    if (cause instanceof DomainError) return { ...formatted, message: cause.message, extensions: extensionsOf(cause) };
    if (cause instanceof GraphQLError && cause.extensions['code'] === 'TOO_COSTLY')
      return { ...formatted, extensions: { code: 'TOO_COSTLY' } };
    if (formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR') return shortened(formatted);
    const errorId = ids.next('err');
    log.error('A request to the API failed.', {
      errorId,
      path: formatted.path?.join('.'),
      error: cause instanceof Error ? cause.stack : String(cause),
    });
    return {
      ...formatted,
      message: `Something went wrong on our side; the log knows it as ${errorId}.`,
      extensions: { code: 'INTERNAL', errorId },
    };
  };

const causeOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;

const extensionsOf = ({ code, problems }: DomainError) => ({
  code: apiCode(code),
  ...(problems.some((problem) => problem.path?.length) && { problems: problems.map(inApi) }),
});

const inApi = ({ code, message, path = [] }: Problem) => ({ code: apiCode(code), message, path });

/** GraphQL's usual word for it. */
const apiCode = (code: string): string => (code === 'BAD_INPUT' ? 'BAD_USER_INPUT' : code);

const shortened = (formatted: GraphQLFormattedError): GraphQLFormattedError =>
  formatted.message.length <= longestMessage
    ? formatted
    : { ...formatted, message: `${formatted.message.slice(0, longestMessage)}...` };

const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  TOO_COSTLY: 413,
};

/** An error that ends the request before anything is executed, with its HTTP status. */
export const refusal = (
  error: Pick<DomainError, 'code' | 'message'> & { readonly retryAfter?: number },
): GraphQLError => {
  const { code, message, retryAfter } = error;
  const status = statuses[code] ?? 400;
  const headers = new Map(status === 401 ? [['www-authenticate', 'Bearer']] : []);
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  return new GraphQLError(message, { extensions: { code: apiCode(code), http: { status, headers } } });
};
