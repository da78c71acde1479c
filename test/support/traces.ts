// A person who may be forgotten, and all that a table holds of a tenant, to look for what should have left no trace.
import { expect } from '@jest/globals';
import { ask, type TestEngine, type Tenanted } from './engine.ts';

/** A person who may be forgotten. */
export const rosa = {
  firstName: 'Rosaura',
  lastName: 'Zambrano',
  email: 'rosaura.z@lago.ec',
  phone: '+593987123456',
  birthday: '1981-02-03',
};

/** Everything of a tenant that the table holds, in small letters. */
export const textInTable = async ({ engine }: Tenanted<TestEngine>, tenant: string): Promise<string> => {
  const found = await ask(engine.exchange, 'Scan', { TableName: engine.tableName });
  expect(found['LastEvaluatedKey']).toBeUndefined();
  const items = (found['Items'] as readonly { pk: { S: string } }[]).filter(({ pk }) => pk.S.startsWith(`${tenant}#`));
  return JSON.stringify(items).toLowerCase();
};
