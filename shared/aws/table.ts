// The table port over DynamoDB, by an own signed request instead of the SDK: the SDK's client costs more CPU per
// request than the rest of a handler together (docs/adr, bench/table-gateway.ts).
import type { Meter, Table } from '#kernel/table';
import { defaultBackoff, type Backoff } from './dynamodb/backoff.ts';
import { openExchange, type Exchange, type ExchangeOptions } from './dynamodb/exchange.ts';
import { newGateway, type GatewayParts } from './dynamodb/gateway.ts';
import { batchGetItems, getItem, queryItems } from './dynamodb/reads.ts';
import { batchWriteItems, transactItems, writeItem } from './dynamodb/writes.ts';

/** What a table needs to know; endpoint, region and credentials come from the environment unless given. */
export type TableOptions = ExchangeOptions & {
  readonly tableName: string;
  /** Replaces the HTTP exchange; tests wrap faults around the real one. */
  readonly exchange?: Exchange;
  readonly backoff?: Partial<Backoff>;
};

/** Opens the table; nothing is sent or loaded before the first request. */
export function openTable({ tableName, exchange, backoff, ...connection }: TableOptions): Table {
  return tableOver({
    tableName,
    exchange: exchange ?? openExchange(connection),
    backoff: { ...defaultBackoff, ...backoff },
  });
}

const tableOver = (parts: GatewayParts): Table => {
  const gateway = newGateway(parts);
  return {
    get: (key, options) => getItem(gateway, key, options?.consistent),
    batchGet: (keys, options) => batchGetItems(gateway, keys, options?.consistent),
    query: (spec) => queryItems(gateway, spec),
    write: (write) => writeItem(gateway, write),
    transact: (writes) => transactItems(gateway, writes),
    batchWrite: (writes) => batchWriteItems(gateway, writes),
    metered: (meter: Meter) => tableOver({ ...parts, meter }),
  };
};
