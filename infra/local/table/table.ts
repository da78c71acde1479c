// Makes the table when it is not there yet, from the same definition that infra/aws deploys.
import { createTableInput, tableDefinition, timeToLiveInput } from '#infra/table-definition';
import { TableCallFailed, type CallTable } from './table-call.ts';

/** Makes the table unless it exists. @throws Error when it is there with other indexes */
export async function ensureTable(call: CallTable, name: string): Promise<void> {
  const found = await describe(call, name);
  if (found) {
    checkIndexes(found, name);
    return;
  }
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
