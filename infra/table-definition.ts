// The one table as data (design.md section 5): the local cloud and the tests create it, infra/aws declares it.

/** A key of two attributes, both strings. */
export type KeyPair = { readonly partition: string; readonly sort: string };

/** Keys, indexes and settings of the table. `timeToLive` names an attribute in epoch seconds. */
export const tableDefinition = {
  key: { partition: 'pk', sort: 'sk' },
  indexes: {
    gsi1: { partition: 'gsi1pk', sort: 'gsi1sk', projection: 'ALL' },
    gsi2: { partition: 'gsi2pk', sort: 'gsi2sk', projection: 'ALL' },
    gsi3: { partition: 'gsi3pk', sort: 'gsi3sk', projection: 'ALL' },
    gsi4: { partition: 'gsi4pk', sort: 'gsi4sk', projection: 'ALL' },
    gsi5: { partition: 'gsi5pk', sort: 'gsi5sk', projection: 'KEYS_ONLY' },
    due: { partition: 'duepk', sort: 'duesk', projection: 'KEYS_ONLY' },
  },
  billing: 'PAY_PER_REQUEST',
  stream: 'NEW_AND_OLD_IMAGES',
  timeToLive: 'expiresAt',
  pointInTimeRecovery: true,
} as const;

/** The input of CreateTable. Time to live and recovery are set by calls of their own. */
export function createTableInput(TableName: string) {
  const { key, indexes, billing, stream } = tableDefinition;
  return {
    TableName,
    KeySchema: keySchemaOf(key),
    AttributeDefinitions: [key, ...Object.values(indexes)]
      .flatMap(({ partition, sort }) => [partition, sort])
      .map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
      IndexName,
      KeySchema: keySchemaOf(index),
      Projection: { ProjectionType: index.projection },
    })),
    BillingMode: billing,
    StreamSpecification: { StreamEnabled: true, StreamViewType: stream },
  };
}

/** The input of UpdateTimeToLive. */
export function timeToLiveInput(TableName: string) {
  return { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: tableDefinition.timeToLive } };
}

const keySchemaOf = ({ partition, sort }: KeyPair) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];
