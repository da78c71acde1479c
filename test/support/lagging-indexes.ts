// Secondary indexes that lag behind the table, as DynamoDB's may and the embedded engine's never do. Index queries go
// to a second table that gets the writes only when told so; everything else of a query keeps its real meaning.
import type { AttributeMap } from '#aws/dynamodb/attribute-values';
import type { Exchange } from '#aws/dynamodb/exchange';
import { createTableInput } from '#infra/table-definition';
import { ask, type TestTable } from './engine.ts';

/** `exchange` for `engine.open`; `catchUp` lets the indexes see every write so far, `pending` counts those unseen. */
export type LaggingIndexes = { readonly exchange: Exchange; readonly pending: number; catchUp(): Promise<void> };

type Body = {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Item?: AttributeMap;
  readonly Key?: AttributeMap;
  readonly TransactItems?: readonly Record<string, Body>[];
  readonly RequestItems?: Record<string, readonly { PutRequest?: Body; DeleteRequest?: Body }[]>;
};

/** Makes the indexes of an engine's table lag. Start with an empty table. */
export async function withLaggingIndexes(
  { exchange, tableName }: TestTable,
  shadowName = `${tableName}-lagging`,
): Promise<LaggingIndexes> {
  await ask(exchange, 'CreateTable', createTableInput(shadowName));
  let unseen = new Map<string, AttributeMap>();
  const lagging: Exchange = async (operation, body) => {
    const input = JSON.parse(body) as Body;
    if (input.IndexName) return exchange(operation, JSON.stringify({ ...input, TableName: shadowName }));
    const answer = await exchange(operation, body);
    if (answer.status === 200) for (const key of writtenKeys(operation, input)) unseen.set(JSON.stringify(key), key);
    return answer;
  };
  const catchUp = async (): Promise<void> => {
    const keys = [...unseen.values()];
    unseen = new Map();
    for (const Key of keys) await copy(exchange, tableName, shadowName, Key);
  };
  return {
    exchange: lagging,
    catchUp,
    get pending() {
      return unseen.size;
    },
  };
}

const copy = async (exchange: Exchange, from: string, to: string, Key: AttributeMap): Promise<void> => {
  const { Item } = await ask(exchange, 'GetItem', { TableName: from, Key, ConsistentRead: true });
  await (Item
    ? ask(exchange, 'PutItem', { TableName: to, Item })
    : ask(exchange, 'DeleteItem', { TableName: to, Key }));
};

const writtenKeys = (operation: string, input: Body): readonly AttributeMap[] => {
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return keysOf([input]);
    case 'TransactWriteItems':
      return keysOf((input.TransactItems ?? []).flatMap((item) => Object.values(item)));
    case 'BatchWriteItem':
      return keysOf(
        Object.values(input.RequestItems ?? {})
          .flat()
          .flatMap((item) => Object.values(item)),
      );
    default:
      return [];
  }
};

const keysOf = (bodies: readonly Body[]): readonly AttributeMap[] =>
  bodies.map(({ Key, Item }) => {
    const { pk, sk } = (Key ?? Item) as Readonly<Record<'pk' | 'sk', AttributeMap[string]>>;
    return { pk, sk };
  });
