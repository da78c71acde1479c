import { describe, it } from '@jest/globals';
import { findDynamoDBLocal, startDynamoDBLocal } from '#test/support/dynamodb-local';
import { tableContract } from './table.contract.ts';

const found = await findDynamoDBLocal();

if ('missing' in found) {
  describe(`the table on AWS's DynamoDB Local, skipped because ${found.missing}`, () => {
    it.todo('runs the table contract');
  });
} else {
  describe("the table on AWS's DynamoDB Local", () => {
    tableContract(() => startDynamoDBLocal(found.folder));
  });
}
