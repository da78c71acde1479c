// Which events a record can have, and when: for reference pages, subscriptions and the triggers of workflows.
import { wordOf, type AnyEntity } from './entity.ts';
import { lostVerb, verbOf } from './events.ts';
import type { Reaction } from './reaction.ts';
import type { Registry } from './registry.ts';

/** A type of event, and when it happens. */
export type EventType = { readonly type: string; readonly happens: string };

/** All types of events of an entity's records: the usual ones, its moves between states, and those that it declares. */
export const eventTypesOf = (registry: Registry, of: AnyEntity): readonly EventType[] =>
  Object.entries({ ...usual(registry, of), ...moves(of), ...of.events }).map(([verb, happens]) => ({
    type: `${wordOf(of.name)}.${verb}`,
    happens,
  }));

const usual = ({ operations }: Registry, of: AnyEntity): Readonly<Record<string, string>> => ({
  created: `The ${of.name} was made.`,
  updated: `Fields of the ${of.name} changed, and nothing more specific happened.`,
  ...(operations.has(`archive${of.name}`) && { archived: `The ${of.name} was taken out of use.` }),
  ...(operations.has(`restore${of.name}`) && { restored: `The archived ${of.name} came back into use.` }),
  [lostVerb]: `Versions of the ${of.name} never reached the log, as the daily comparison found; what they said is unknown.`,
});

const moves = ({ name, states }: AnyEntity): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.values(states?.moves ?? {})
      .flat()
      .map((state) => [states?.verbs?.[state] ?? verbOf(state), `The ${name} became ${state}.`]),
  );

/** @throws Error with the types that there are, when a reaction waits for one that its entity, if it is there, never has */
export const assertAwaited = (registry: Registry, { name, on }: Reaction): void => {
  for (const awaited of on) {
    const [word = '', verb] = awaited.split('.');
    const of = [...registry.entities.values()].find((entity) => wordOf(entity.name) === word);
    const types = of ? eventTypesOf(registry, of).map(({ type }) => type) : [awaited];
    if (verb !== '*' && !types.includes(awaited))
      throw new Error(`${name} waits for ${awaited}, which never happens. There are ${types.join(', ')}.`);
  }
};
