// The event bus `crm`: EventBridge PutEvents.
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Bus, BusEntry } from '#kernel/ports';
import type { Environment } from './environment.ts';
import { once } from './once.ts';
import { inPortions } from './portions.ts';

const source = 'lazo.crm';
const limits = { entries: 10, bytes: 256 * 1024 };

/** EventBridge counts a time as 14 bytes. */
const timeBytes = 14;

type Numbered = { readonly index: number; readonly entry: PutEventsRequestEntry };

/** The bus that the environment names. */
export function openBus(environment: Environment): Bus {
  const client = once(async () => {
    const { EventBridge } = await import('@aws-sdk/client-eventbridge');
    return new EventBridge({});
  });
  const put = async (portion: readonly Numbered[]): Promise<readonly number[]> => {
    const { Entries = [] } = await (await client()).putEvents({ Entries: portion.map(({ entry }) => entry) });
    return portion.filter((_, place) => Entries[place]?.ErrorCode !== undefined).map(({ index }) => index);
  };
  return {
    async publish(entries) {
      const numbered = entries.map((entry, index) => ({ index, entry: toRequestEntry(entry, environment.busName) }));
      const portions = inPortions(numbered, sizeOf, limits);
      return refusedOf(portions, await Promise.allSettled(portions.map(put)));
    },
  };
}

/** A portion that failed as a whole was not taken; when none went through, the cause is thrown instead. */
const refusedOf = (
  portions: readonly (readonly Numbered[])[],
  results: readonly PromiseSettledResult<readonly number[]>[],
): readonly number[] => {
  const failure = results.find((result) => result.status === 'rejected');
  if (failure && results.every((result) => result.status === 'rejected')) throw failure.reason;
  return results.flatMap((result, place) =>
    result.status === 'fulfilled' ? result.value : (portions[place] ?? []).map(({ index }) => index),
  );
};

const toRequestEntry = ({ type, at, detail }: BusEntry, EventBusName: string): PutEventsRequestEntry => ({
  EventBusName,
  Source: source,
  DetailType: type,
  Time: new Date(at),
  Detail: JSON.stringify(detail),
});

const sizeOf = ({ entry: { Source = '', DetailType = '', Detail = '' } }: Numbered): number =>
  timeBytes + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
