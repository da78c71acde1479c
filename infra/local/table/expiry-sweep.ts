// Time to live: DynamoDB deletes expired items some time after their hour. The engine does not, so this does.
import { tableDefinition } from '#infra/table-definition';
import type { LocalClock } from '../clock.ts';
import type { CallTable } from './table-call.ts';

/** A sweep on a timer. */
export type ExpirySweep = {
  /** Deletes what has expired now; answers how many items. */
  sweep(): Promise<number>;
  /** Whether the service deleted this item; forgets it. The stream record says so, as in AWS. */
  wasDeletedByService(keys: string): boolean;
  stop(): void;
};

type Keys = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Page = { readonly Items?: readonly Keys[]; readonly LastEvaluatedKey?: unknown };

const every = 60 * 60 * 1000;

/** Between pages, so that requests are not kept waiting behind a long scan. */
const breath = 20;

const { timeToLive, key } = tableDefinition;
const names = { '#pk': key.partition, '#sk': key.sort, '#expires': timeToLive };

/** Starts to sweep once an hour of the local clock. */
export function startExpirySweep(
  call: CallTable,
  tableName: string,
  clock: LocalClock,
  log: (line: string) => void,
): ExpirySweep {
  const deleted = new Set<string>();
  const deleteExpired = async (keys: Keys, now: string): Promise<void> => {
    deleted.add(canonical(keys));
    await call('DeleteItem', {
      TableName: tableName,
      Key: keys,
      ConditionExpression: '#expires <= :now',
      ExpressionAttributeNames: { '#expires': timeToLive },
      ExpressionAttributeValues: { ':now': { N: now } },
    }).catch(() => deleted.delete(canonical(keys)));
  };
  const sweep = async (): Promise<number> => {
    const now = String(Math.floor(clock.now() / 1000));
    let count = 0;
    for await (const keys of expiredKeys(call, tableName, now)) {
      await deleteExpired(keys, now);
      count += 1;
    }
    return count;
  };
  let cancel = (): void => undefined;
  const schedule = (): void => {
    cancel = clock.alarm(clock.now() + every, () => {
      sweep().catch((error: unknown) => {
        log(`The sweep of expired items failed: ${String(error)}`);
      });
      schedule();
    });
  };
  schedule();
  return {
    sweep,
    wasDeletedByService: (keys) => deleted.delete(keys),
    stop: () => {
      cancel();
    },
  };
}

/** The same text for the same key, whatever the order of its attributes. */
export const canonical = (keys: Keys): string => JSON.stringify([keys[key.partition], keys[key.sort]]);

async function* expiredKeys(call: CallTable, tableName: string, now: string): AsyncGenerator<Keys> {
  let from: unknown;
  do {
    const page = (await call('Scan', {
      TableName: tableName,
      Limit: 500,
      ProjectionExpression: '#pk, #sk',
      FilterExpression: 'attribute_exists(#expires) AND #expires <= :now',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':now': { N: now } },
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    })) as Page;
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
    await new Promise((resolve) => setTimeout(resolve, breath));
  } while (from !== undefined);
}
