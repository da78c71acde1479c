// What a query may ask for at most: depth, tokens, aliases, directives, and how many records it could read.
import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** How many records a field yields for each parent: as many as its argument says, or a number; of values, what is in them. */
export type RowCount = 'first' | 'ids' | number | 'values';

/** Records of a page when nobody says how many. */
export const usualPage = 25;

/** How many members a list of unknown length is counted with. */
export const usualMembers = 10;

/** Limits of one request. */
export const limits = {
  depth: 12,
  tokens: 2000,
  aliases: 30,
  directives: 50,
  rows: 10_000,
  characters: 65_536,
  inputDepth: 32,
} as const;

const tooCostly = (message: string): GraphQLError =>
  new GraphQLError(message.replace('Syntax Error: ', ''), { extensions: { code: 'TOO_COSTLY' } });

type Reporting = { reportError(error: GraphQLError): void } | null;
const limit = (n: number) => ({
  n,
  propagateOnRejection: false,
  onReject: [(context: Reporting, error: GraphQLError) => context?.reportError(tooCostly(error.message))],
});

/** Validation rules for depth, aliases and directives. graphql-js counts tokens while it parses. */
export const limitRules = () =>
  new ApolloArmor({
    maxDepth: limit(limits.depth),
    maxAliases: limit(limits.aliases),
    maxDirectives: limit(limits.directives),
    // These count what the document says, not what the database would do; `assertAffordable` does.
    costLimit: { enabled: false },
    maxTokens: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect().validationRules;

/** Whether a JSON value is nested deeper than so many levels; what is that deep would exhaust the stack further on. */
export const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

/** What is about to be executed. */
export type Asked = {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** Refuses a query that could read too many records. @throws GraphQLError TOO_COSTLY */
export const assertAffordable = (asked: Asked): void => {
  const { schema, operation } = asked;
  const root = operation.operation === OperationTypeNode.MUTATION ? schema.getMutationType() : schema.getQueryType();
  const rows = root ? rowsIn(openCount(asked), operation.selectionSet, root) : 0;
  if (rows > limits.rows)
    throw tooCostly(
      `This could read ${String(rows)} records; one request may read ${String(limits.rows)}. Ask for smaller pages or fewer levels.`,
    );
};

type Count = Asked & {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly counted: Map<string, number>;
};

const openCount = (asked: Asked): Count => ({
  ...asked,
  fragments: new Map(
    asked.document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  ),
  counted: new Map(),
});

/** The records that a selection could read for one parent. */
const rowsIn = (count: Count, { selections }: SelectionSetNode, parent: GraphQLNamedType): number =>
  selections.reduce((rows, selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return rows + rowsOfField(count, selection, parent);
      case Kind.FRAGMENT_SPREAD:
        return rows + rowsOfFragment(count, selection.name.value);
      case Kind.INLINE_FRAGMENT:
        return (
          rows + rowsIn(count, selection.selectionSet, typeNamed(count, selection.typeCondition?.name.value) ?? parent)
        );
    }
  }, 0);

const typeNamed = ({ schema }: Count, name: string | undefined): GraphQLNamedType | undefined =>
  name === undefined ? undefined : schema.getType(name);

/** Each fragment is counted once, however often it is spread. */
const rowsOfFragment = (count: Count, name: string): number => {
  const known = count.counted.get(name);
  const fragment = count.fragments.get(name);
  const type = typeNamed(count, fragment?.typeCondition.name.value);
  if (known !== undefined || !fragment || !type) return known ?? 0;
  const rows = rowsIn(count, fragment.selectionSet, type);
  count.counted.set(name, rows);
  return rows;
};

const rowsOfField = (count: Count, field: FieldNode, parent: GraphQLNamedType): number => {
  if (!field.selectionSet || !(isObjectType(parent) || isInterfaceType(parent))) return 0;
  const definition = parent.getFields()[field.name.value];
  const type = definition && getNamedType(definition.type);
  if (!isCompositeType(type)) return 0;
  const inside = rowsIn(count, field.selectionSet, type);
  const rows = definition?.extensions['rows'] as RowCount | undefined;
  if (rows === undefined) return inside;
  return rows === 'values' ? usualMembers * inside : rowsAsked(count, field, rows) * (1 + inside);
};

const rowsAsked = (count: Count, field: FieldNode, rows: Exclude<RowCount, 'values'>): number => {
  if (typeof rows === 'number') return rows;
  const value = valueOf(count, field.arguments?.find((argument) => argument.name.value === rows)?.value);
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? Math.max(1, value) : usualPage;
};

const valueOf = ({ variables, operation }: Count, node: ValueNode | undefined): unknown => {
  switch (node?.kind) {
    case Kind.VARIABLE: {
      const name = node.name.value;
      return (
        variables[name] ??
        valueOf(
          { variables: {}, operation } as Count,
          operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue,
        )
      );
    }
    case Kind.INT:
      return Number(node.value);
    case Kind.LIST:
      return node.values;
    default:
      return undefined;
  }
};
