// Event buses: an event goes to the queue of every rule that it matches, before it is acknowledged. Those of `crm` are archived.
import type { EventBridgeEvent } from 'aws-lambda';
import type { QueueStore } from '../queues/queue-store.ts';
import { atomically, type Store } from '../store.ts';
import { triggersOn, type Wiring } from '../wiring.ts';
import { openArchive, type Span } from './archive.ts';
import { compilePattern, type EventMatcher } from './event-pattern.ts';

/** An event as rules and consumers see it. */
export type BusEvent = EventBridgeEvent<string, unknown> & { readonly 'replay-name'?: string };

/** The buses of the wiring. */
export type Bus = {
  has(bus: string): boolean;
  /** All or nothing: once it returns, the events are in their queues. */
  publish(bus: string, events: readonly BusEvent[]): void;
  /** Tells what was archived again, to rules of these queues or to all of them. Each event says the name of the replay. */
  replay(name: string, span: Span, only?: readonly string[]): void;
};

/** The bus whose events are kept for 30 days. */
const archived = 'crm';

type Rule = { readonly bus: string; readonly matches: EventMatcher; readonly queue: string };

/** Makes the buses and their rules from the wiring. @throws InvalidEventPattern */
export function createBus(wiring: Wiring, queues: QueueStore, store: Store): Bus {
  const rules = triggersOn(wiring, 'bus').map(({ trigger }): Rule => {
    return { bus: trigger.bus, matches: compilePattern(trigger.pattern), queue: trigger.queue };
  });
  const names = new Set(['crm', 'default', ...rules.map(({ bus }) => bus)]);
  const archive = openArchive(store);
  const send = (to: readonly Rule[], bus: string, events: readonly BusEvent[], bodyOf: (event: BusEvent) => string) => {
    for (const [queue, matching] of matchesByQueue(to, bus, events)) {
      queues.send(
        queue,
        [...matching].map((event) => ({ body: bodyOf(event) })),
      );
    }
  };
  return {
    has: (bus) => names.has(bus),
    publish(bus, events) {
      const bodies = new Map(events.map((event) => [event, JSON.stringify(event)]));
      atomically(store, () => {
        send(rules, bus, events, (event) => bodies.get(event) ?? '');
        if (bus === archived) for (const [event, body] of bodies) archive.keep(event, body);
      });
    },
    replay(name, span, only) {
      const told = rules.filter(({ queue }) => only?.includes(queue) ?? true);
      for (const portion of archive.read(span)) {
        const again = portion.map((event): BusEvent => ({ ...event, 'replay-name': name }));
        atomically(store, () => {
          send(told, archived, again, JSON.stringify);
        });
      }
    },
  };
}

/** Two rules of one queue that match the same event deliver it once: the target is the same. */
const matchesByQueue = (
  rules: readonly Rule[],
  bus: string,
  events: readonly BusEvent[],
): ReadonlyMap<string, ReadonlySet<BusEvent>> => {
  const matched = new Map<string, Set<BusEvent>>();
  for (const rule of rules.filter((candidate) => candidate.bus === bus)) {
    const matching = events.filter(rule.matches);
    if (matching.length > 0) matched.set(rule.queue, new Set([...(matched.get(rule.queue) ?? []), ...matching]));
  }
  return matched;
};
