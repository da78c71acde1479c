// EventBridge as the SDK speaks it: PutEvents, StartReplay.
import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { entriesOf, serveActions, ServiceError, type Input } from '../json-protocol.ts';
import type { Answer } from '../listen.ts';
import { account, region } from '../names.ts';
import type { Bus, BusEvent } from './bus.ts';

type Refusal = { readonly ErrorCode: string; readonly ErrorMessage: string };
type Accepted = { readonly bus: string; readonly event: BusEvent };

const entriesLimit = 10;
const sizeLimit = 256 * 1024;

/** Serves PutEvents and StartReplay. `busNamed` gives the name in the wiring for the name that a deployment has. */
export function busEndpoint(bus: Bus, clock: LocalClock, busNamed: (name: string) => string): Answer {
  return serveActions({
    PutEvents(input) {
      const entries = entriesOf(input['Entries']);
      refuseRequest(entries);
      const results = entries.map((entry) => accept(entry, bus, clock, busNamed));
      const accepted = results.filter((result): result is Accepted => 'event' in result);
      for (const [name, group] of Map.groupBy(accepted, (result) => result.bus)) {
        bus.publish(
          name,
          group.map(({ event }) => event),
        );
      }
      return {
        FailedEntryCount: results.length - accepted.length,
        Entries: results.map((result) => ('event' in result ? { EventId: result.event.id } : result)),
      };
    },
    StartReplay(input) {
      const [name, from, to] = ['ReplayName', 'EventStartTime', 'EventEndTime'].map((field) => input[field]);
      if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name) || !isSpan(from, to))
        throw new ServiceError('ValidationException', 'A replay has a name, a begin, and an end after it.');
      bus.replay(name, { from: Number(from) * 1000, to: Number(to) * 1000 }, queuesOf(input['Destination']));
      return { ReplayArn: `arn:aws:events:${region}:${account}:replay/${name}`, State: 'COMPLETED' };
    },
  });
}

const isSpan = (from: unknown, to: unknown): boolean => typeof from === 'number' && typeof to === 'number' && from < to;

/** Rules are named after the queues that they fill: `.../lazo-dev-webhooks`. None named, all of the bus are told. */
const queuesOf = (destination: unknown): readonly string[] | undefined => {
  const arns = listOf((destination as Input | undefined)?.['FilterArns']);
  return arns.length === 0 ? undefined : arns.map((arn) => /\/lazo-[a-z]+-([a-z-]+)$/.exec(textOf(arn))?.[1] ?? '');
};

const refuseRequest = (entries: readonly Input[]): void => {
  if (entries.length === 0 || entries.length > entriesLimit) {
    throw new ServiceError('ValidationException', 'PutEvents takes 1 to 10 entries.');
  }
  if (entries.reduce((size, entry) => size + sizeOf(entry), 0) > sizeLimit) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
};

/** As AWS counts: 14 bytes for a time, and the texts. */
const sizeOf = (entry: Input): number => {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail'], ...listOf(entry['Resources'])];
  return texts.reduce<number>(
    (size, text) => size + Buffer.byteLength(textOf(text)),
    entry['Time'] === undefined ? 0 : 14,
  );
};

const accept = (entry: Input, bus: Bus, clock: LocalClock, busNamed: (name: string) => string): Accepted | Refusal => {
  const source = textOf(entry['Source']);
  const detailType = textOf(entry['DetailType']);
  const name = busNamed(textOf(entry['EventBusName']));
  const detail = parseDetail(entry['Detail']);
  if (source === '' || detailType === '')
    return refusal('InvalidArgument', 'Parameter Source or DetailType is not valid.');
  if (source.startsWith('aws.')) return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (!bus.has(name)) return refusal('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  if (!detail) return refusal('MalformedDetail', 'Detail is malformed.');
  return {
    bus: name,
    event: busEvent({
      source,
      detailType,
      detail,
      time: timeOf(entry['Time'], clock),
      resources: listOf(entry['Resources']).map(textOf),
    }),
  };
};

/** What a publisher says of an event. */
export type NewEvent = {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly time: Date;
  readonly resources?: readonly string[];
};

/** The envelope that EventBridge puts around an event. */
export const busEvent = ({ source, detailType, detail, time, resources = [] }: NewEvent): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': detailType,
  source,
  account,
  time: `${time.toISOString().slice(0, 19)}Z`,
  region,
  resources: [...resources],
  detail,
});

const refusal = (ErrorCode: string, ErrorMessage: string): Refusal => ({ ErrorCode, ErrorMessage });

const parseDetail = (text: unknown): object | undefined => {
  try {
    const detail: unknown = JSON.parse(textOf(text));
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
};

/** The SDK writes times as seconds since 1970. */
const timeOf = (seconds: unknown, clock: LocalClock): Date =>
  new Date(typeof seconds === 'number' ? seconds * 1000 : clock.now());

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
