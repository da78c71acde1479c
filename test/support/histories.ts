// Random histories of a domain, for segments: events arrive when, in what order and as often as the test says, and time goes by
// from one due moment to the next.
import type { AnyEntity, AnyRow, DomainEvent, Table } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { fireMinute } from '#modules/platform/upkeep';
import { startDomain, type Domain } from './domain.ts';
import { workOff } from './jobs.ts';
import { partyModules } from './parties.ts';

/** A domain with a history. */
export type History = {
  readonly domain: Domain;
  run(name: string, input: object): Promise<AnyRow>;
  /** The first hundred records of a key. */
  rows(of: AnyEntity, key: string): Promise<readonly AnyRow[]>;
  /** Delivers some of the events that wait, in another order; some that came before come once more. */
  deliver(seed: number, again: boolean): Promise<void>;
  /** Delivers all events and works off all jobs, until nothing is left to do. */
  drain(): Promise<void>;
  /** Lets time go by until a moment (milliseconds): what is due on the way is fired. `watches` answers what is due. */
  waitUntil(moment: number, watches: () => Promise<readonly AnyRow[]>): Promise<void>;
};

/** Opens a domain whose events wait until they are delivered. */
export const openHistory = (table: Table, tenant: string): History => {
  const waiting: DomainEvent[] = [];
  const delivered: DomainEvent[] = [];
  const publish = (entries: readonly { readonly detail: unknown }[]): Promise<readonly number[]> => {
    waiting.push(...entries.map(({ detail }) => detail as DomainEvent));
    return Promise.resolve([]);
  };
  const domain = startDomain({ modules: partyModules, table, tenant, ports: { bus: { publish } } });
  const deliver: History['deliver'] = async (seed, again) => {
    await domain.settle();
    const chosen = waiting.splice(seed % (waiting.length + 1));
    const old = again ? delivered.filter((_, index) => (index + seed) % 3 === 0).slice(-8) : [];
    const mixed = [...chosen, ...old].toSorted((one, other) => placeOf(one.id, seed) - placeOf(other.id, seed));
    delivered.push(...chosen);
    const failed = await consumeEvents(domain.runtime, mixed);
    for (const cause of failed.values()) throw cause;
  };
  return {
    domain,
    deliver,
    run: (name, input) => domain.run<AnyRow>(name, input as Readonly<Record<string, unknown>>),
    rows: async (of, key) => (await domain.reader().data(of).page(key, { first: 100 })).rows,
    drain: async () => {
      for (let isFirst = true; isFirst || waiting.length > 0; isFirst = false) {
        await deliver(0, false);
        await workOff(domain);
        await domain.settle();
      }
    },
    waitUntil: async (moment, watches) => {
      for (let next = await nextDue(domain, watches); next <= moment; next = await nextDue(domain, watches)) {
        domain.clock.set(new Date(next).toISOString());
        await fireMinute(domain.runtime, new Date(next).toISOString().slice(0, 16));
      }
      domain.clock.set(new Date(moment).toISOString());
    },
  };
};

/** The next minute at which a timer is to be fired. */
const nextDue = async ({ clock }: Domain, watches: () => Promise<readonly AnyRow[]>): Promise<number> => {
  const due = (await watches()).flatMap(({ at }) =>
    typeof at === 'string' ? [Math.ceil(Date.parse(at) / 60_000) * 60_000] : [],
  );
  return Math.min(...due.filter((at) => at > clock.now().getTime()));
};

/** Another order for each seed. */
const placeOf = (id: string, seed: number): number =>
  Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0) + seed) % 9973, seed % 97);
