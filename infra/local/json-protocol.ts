// The AWS JSON protocol (`X-Amz-Target: Service.Action`) that SQS, EventBridge and DynamoDB speak.
import type { Answer } from './listen.ts';
import { answerJson, readBody } from './listen.ts';

/** An error as the SDK understands it. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Input of an action, as parsed. */
export type Input = Readonly<Record<string, unknown>>;

/** Actions by name; each answers its output. */
export type Actions = Readonly<Record<string, (input: Input) => unknown>>;

const bodyLimit = 16 * 1024 * 1024;
const contentType = 'application/x-amz-json-1.0';

/** Serves the actions of one service. */
export function serveActions(actions: Actions): Answer {
  return async (request, response) => {
    const action =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .pop() ?? '';
    try {
      const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!act)
        throw new ServiceError(
          'UnknownOperationException',
          `The local cloud has no ${action || 'operation here'}.`,
          404,
        );
      const input = parseInput((await readBody(request, bodyLimit)).toString());
      answerJson(response, 200, (await act(input)) ?? {}, contentType);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      response.setHeader('x-amzn-query-error', `${error.code};Sender`);
      answerJson(response, error.status, { __type: error.code, message: error.message }, contentType);
    }
  };
}

const parseInput = (text: string): Input => {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw new ServiceError('SerializationException', 'The body is no JSON object.');
};

/** A list of objects in the input. */
export const entriesOf = (value: unknown): readonly Input[] => {
  if (!Array.isArray(value)) throw new ServiceError('ValidationException', 'A list is missing.');
  return value as readonly Input[];
};
