// Query operations as fields: of the root, and of the records that one names with `on: '<Entity>.<field>'`.
import type { GraphQLFieldConfig, GraphQLOutputType } from 'graphql';
import { isEntityAnswer, wordOf, type AnyEntity, type AnyOperation, type AnyRow } from '#kernel';
import { located } from '../errors.ts';
import { runQuery, type Api } from '../request.ts';
import { answeredRecord, valueFields } from './answers.ts';
import { inputFields } from './inputs.ts';
import { objectType, type Making } from './making.ts';
import { typeWord } from './words.ts';

type Args = Readonly<Record<string, unknown>>;

/** The query of an operation. */
export const queryField = (making: Making, operation: AnyOperation): GraphQLFieldConfig<unknown, Api> => ({
  type: resultType(making, operation),
  description: operation.describes,
  args: inputFields(making, typeWord(operation.name), operation.input, 'make'),
  resolve: (_root, args: Args, api) => runQuery(api, operation, args),
});

/** The queries that hang on an entity: one run for each record, so that they count as lists. */
export const hungQueries = (making: Making, parent: AnyEntity): Record<string, GraphQLFieldConfig<AnyRow, Api>> =>
  Object.fromEntries(
    [...making.registry.operations.values()].flatMap((operation) => {
      const [entity, field] = operation.on?.split('.') ?? [];
      return entity === parent.name && field !== undefined ? [[field, hungQuery(making, parent, operation)]] : [];
    }),
  );

const hungQuery = (making: Making, parent: AnyEntity, operation: AnyOperation): GraphQLFieldConfig<AnyRow, Api> => {
  const own = wordOf(parent.name);
  const { [own]: _filled, ...asked } = operation.input;
  return located({
    type: resultType(making, operation),
    description: operation.describes,
    args: inputFields(making, typeWord(operation.name), asked, 'make'),
    resolve: (row: AnyRow, args: Args, api: Api) => runQuery(api, operation, { ...args, [own]: row.id }),
    ...('first' in asked && { extensions: { rows: 'first' } }),
  });
};

const resultType = (making: Making, operation: AnyOperation): GraphQLOutputType => {
  const { returns } = operation;
  if (isEntityAnswer(returns)) return answeredRecord(making, operation, returns.name);
  const name = `${typeWord(operation.name)}Result`;
  return objectType(making, [name, operation, `What ${operation.name} answers.`], () =>
    valueFields(making, typeWord(operation.name), returns),
  );
};
