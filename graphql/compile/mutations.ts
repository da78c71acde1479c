// Mutations: one field per operation, one input, and a payload that tells broken rules apart from a broken request.
import {
  GraphQLString,
  type GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLInputFieldConfig,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
} from 'graphql';
import {
  commonCodes,
  DomainError,
  inputFieldsOf,
  isEntityAnswer,
  wordOf,
  type AnyOperation,
  type AnyRow,
} from '#kernel';
import { execute } from '#kernel/execute';
import { userErrorsOf } from '../errors.ts';
import { readAfresh, type Api } from '../request.ts';
import { answeredRecord, valueFields } from './answers.ts';
import { conflictFields, conflictOf } from './conflict.ts';
import { inputFields } from './inputs.ts';
import { inputObject, joined, listOf, objectType, required, said, type Making } from './making.ts';
import { enumType } from './plain.ts';
import { typeWord } from './words.ts';

type Given = Readonly<Record<string, unknown>>;
type MutationArgs = { readonly input: Given & { readonly idempotencyKey?: string | null } };

/** The mutation of an operation. */
export const mutationField = (
  making: Making,
  operation: AnyOperation,
): GraphQLFieldConfig<unknown, Api, MutationArgs> => ({
  type: payloadType(making, operation),
  description: operation.describes,
  args: { input: { type: required(operationInput(making, operation)), description: 'What to do it with.' } },
  resolve: (_root, { input }, api) => perform(api, operation, input),
});

const operationInput = (making: Making, operation: AnyOperation): GraphQLInputObjectType => {
  const name = `${typeWord(operation.name)}Input`;
  return inputObject(making, [name, operation, `What ${operation.name} takes.`], () =>
    joined<GraphQLInputFieldConfig>(name, ownInputs(making, operation), recordInputs(making, operation), {
      idempotencyKey,
    }),
  );
};

const idempotencyKey: GraphQLInputFieldConfig = {
  type: GraphQLString,
  description:
    'Names this request, so that sending it again does it once: a random text of the client, at most 200 characters.',
};
const longestKey = 200;

const ownInputs = (making: Making, operation: AnyOperation) =>
  inputFields(making, typeWord(operation.name), operation.input, 'make');

/** The fields of the record that the operation makes or changes; enums among them are the record's. */
const recordInputs = (making: Making, operation: AnyOperation) => {
  const of = operation.creates ?? operation.patches;
  if (!of) return {};
  const theirs = Object.fromEntries(
    Object.entries(inputFieldsOf(operation)).filter(([name]) => !(name in operation.input)),
  );
  return inputFields(making, of.name, theirs, operation.creates ? 'make' : 'change');
};

/** All of a payload but its errors, and with a stale version both versions, is null when there are errors. */
const payloadType = (making: Making, operation: AnyOperation): GraphQLObjectType => {
  const name = `${typeWord(operation.name)}Payload`;
  return objectType<Given>(making, [name, operation, `What ${operation.name} answers.`], () => {
    const errors = required(listOf(userErrorType(making, operation)));
    const userErrors = said<Given>(errors, 'Why it was not done; empty when it was.');
    const conflict = valueFields(making, name, conflictFields(operation), true);
    return joined(name, answerFields(making, operation), conflict, { userErrors });
  });
};

const answerFields = (making: Making, operation: AnyOperation) => {
  const { returns } = operation;
  if (!isEntityAnswer(returns)) return valueFields(making, typeWord(operation.name), returns, true);
  const type = answeredRecord(making, operation, returns.name);
  return { [wordOf(returns.name)]: { type, description: `The ${returns.name} as it is now.` } };
};

const userErrorType = (making: Making, operation: AnyOperation): GraphQLObjectType => {
  const name = `${typeWord(operation.name)}UserError`;
  return objectType(making, [name, operation, `A rule that ${operation.name} would have broken.`], () => ({
    code: said(required(codeType(making, operation)), 'Which rule, for programs.'),
    message: said(required(GraphQLString), 'Which rule, for people.'),
    path: said(required(listOf(GraphQLString)), 'Where in the input, outermost first; empty when it is the whole.'),
  }));
};

const codesOf = (operation: AnyOperation): readonly string[] => [...new Set([...commonCodes, ...operation.fails])];

const codeType = (making: Making, operation: AnyOperation): GraphQLEnumType =>
  enumType(making, `${typeWord(operation.name)}ErrorCode`, codesOf(operation), `Why ${operation.name} may be refused.`);

const perform = async (
  api: Api,
  operation: AnyOperation,
  { idempotencyKey, ...given }: MutationArgs['input'],
): Promise<Given> => {
  try {
    const answer = await execute({ ...api.call, ...keyOf(idempotencyKey) }, operation, given);
    const payload = isEntityAnswer(operation.returns)
      ? { [wordOf(operation.returns.name)]: answer }
      : (answer as Given);
    readAfresh(api, Object.values(payload).filter(isRow));
    return { ...payload, userErrors: [] };
  } catch (error) {
    const userErrors = userErrorsOf(error, codesOf(operation));
    return { ...(await conflictOf(api, operation, given, error)), userErrors };
  }
};

const keyOf = (idempotencyKey: string | null | undefined): { readonly idempotencyKey?: string } => {
  if (typeof idempotencyKey !== 'string') return {};
  if (idempotencyKey.length >= 1 && idempotencyKey.length <= longestKey) return { idempotencyKey };
  throw new DomainError('BAD_INPUT', `Must have 1 to ${String(longestKey)} characters.`, ['idempotencyKey']);
};

const isRow = (value: unknown): value is AnyRow =>
  typeof value === 'object' && value !== null && 'id' in value && 'version' in value;
