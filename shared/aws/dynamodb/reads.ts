// Reading: get, batch get, query.
import type { Item, Key, QueryPage, QuerySpec } from '#kernel/table';
import { fromAttributes, toAttributes, type AttributeMap } from './attribute-values.ts';
import { drainAll, inChunks } from './batches.ts';
import { keyConditionOf, placeholdersOf, projectionOf } from './expressions.ts';
import type { Gateway } from './gateway.ts';

/** BatchGetItem takes 100 keys. */
const keysPerBatch = 100;

/** An item as the domain sees it. */
export const itemOf = (attributes: AttributeMap): Item => fromAttributes(attributes) as Item;

/** The attribute values of a key, and nothing else of what carries it. */
export const keyOf = ({ pk, sk }: Key): AttributeMap => ({ pk: { S: pk }, sk: { S: sk } });

/** GetItem. */
export async function getItem(gateway: Gateway, key: Key, consistent: boolean | undefined): Promise<Item | undefined> {
  const { Item: found } = await gateway.call('GetItem', {
    TableName: gateway.tableName,
    Key: keyOf(key),
    ConsistentRead: consistent,
  });
  return found && itemOf(found);
}

/** BatchGetItem over any number of keys, in parallel chunks. */
export async function batchGetItems(
  gateway: Gateway,
  keys: readonly Key[],
  consistent: boolean | undefined,
): Promise<readonly Item[]> {
  const distinct = [...new Map(keys.map((key) => [`${key.pk}\0${key.sk}`, keyOf(key)])).values()];
  const items: Item[] = [];
  const fetch = async (pending: readonly AttributeMap[]): Promise<readonly AttributeMap[]> => {
    const RequestItems = { [gateway.tableName]: { Keys: pending, ConsistentRead: consistent } };
    const { Responses, UnprocessedKeys } = await gateway.call('BatchGetItem', { RequestItems });
    items.push(...(Responses?.[gateway.tableName] ?? []).map(itemOf));
    return UnprocessedKeys?.[gateway.tableName]?.Keys ?? [];
  };
  await drainAll(inChunks(distinct, keysPerBatch), fetch, gateway.backoff);
  return items;
}

/** Query, one page. */
export async function queryItems(gateway: Gateway, spec: QuerySpec): Promise<QueryPage> {
  const condition = keyConditionOf(spec);
  const projection = spec.attributes && projectionOf(spec.attributes);
  const output = await gateway.call('Query', {
    TableName: gateway.tableName,
    IndexName: spec.index,
    KeyConditionExpression: condition.text,
    FilterExpression: spec.filter?.text,
    ProjectionExpression: projection?.text,
    ...placeholdersOf(condition, spec.filter, projection),
    Limit: spec.limit,
    ScanIndexForward: spec.descending ? false : undefined,
    ExclusiveStartKey: spec.after && toAttributes(spec.after),
    ConsistentRead: spec.consistent,
  });
  const items = (output.Items ?? []).map(itemOf);
  const scanned = output.ScannedCount ?? items.length;
  return output.LastEvaluatedKey
    ? { items, next: fromAttributes(output.LastEvaluatedKey), scanned }
    : { items, scanned };
}
