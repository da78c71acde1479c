// Makes the table when it is not there yet, from the same definition that infra/aws deploys.
import type { Exchange } from '#aws/dynamodb/exchange';
import { createTableInput, tableDefinition, timeToLiveInput } from '#aws/table-definition';

/** One DynamoDB operation with its JSON. */
export type CallTable = (operation: string, input: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** An answer that is not 200. */
export class TableCallFailed extends Error {
  override readonly name = 'TableCallFailed';
  readonly code: string;
  constructor(operation: string, text: string) {
    super(`${operation}: ${text}`);
    this.code = /"__type":\s*"[^"]*?([A-Za-z]+)"/.exec(text)?.[1] ?? '';
  }
}

/** Calls over an exchange. @throws TableCallFailed */
export const callerOf =
  (exchange: Exchange): CallTable =>
  async (operation, input) => {
    const { status, text } = await exchange(operation, JSON.stringify(input));
    if (status !== 200) throw new TableCallFailed(operation, text);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  };

/** Makes the table unless it exists. @throws Error when it is there with other indexes */
export async function ensureTable(call: CallTable, name: string): Promise<void> {
  const found = await describe(call, name);
  if (found) return checkIndexes(found, name);
  await call('CreateTable', createTableInput(name));
  while ((await describe(call, name))?.TableStatus !== 'ACTIVE')
    await new Promise((resolve) => setTimeout(resolve, 50));
  await call('UpdateTimeToLive', timeToLiveInput(name));
}

type Description = {
  readonly TableStatus?: string;
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName?: string }[];
};

const describe = async (call: CallTable, name: string): Promise<Description | undefined> => {
  try {
    return (await call('DescribeTable', { TableName: name }))['Table'] as Description;
  } catch (error) {
    if (error instanceof TableCallFailed && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const checkIndexes = (found: Description, name: string): void => {
  const there = new Set((found.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName));
  const missing = Object.keys(tableDefinition.indexes).filter((index) => !there.has(index));
  if (missing.length > 0)
    throw new Error(`Table ${name} has no index ${missing.join(', ')}: its data folder is of another version of Lazo.`);
};
