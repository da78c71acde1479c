// The wiring as the local cloud takes it: that of infra/wiring.ts, or another one of the same form in its tests.
import { pathToFileURL } from 'node:url';
import type { FunctionWiring, QueueWiring, Trigger } from '../wiring.ts';

/** Functions and queues by name. */
export type Wiring = {
  readonly functions: Readonly<Record<string, FunctionWiring>>;
  readonly queues: Readonly<Record<string, QueueWiring>>;
};

/** One trigger with the function that it calls. */
export type Wired<On extends Trigger['on']> = {
  readonly functionName: string;
  readonly trigger: Extract<Trigger, { on: On }>;
};

/** Loads the wiring of a project folder: `<root>/infra/wiring.ts`, or `file`. */
export const loadWiring = async (file: string): Promise<Wiring> => (await import(pathToFileURL(file).href)) as Wiring;

/** Every trigger of one kind. */
export const triggersOn = <On extends Trigger['on']>(wiring: Wiring, on: On): readonly Wired<On>[] =>
  Object.entries(wiring.functions).flatMap(([functionName, { triggers }]) =>
    triggers
      .filter((trigger): trigger is Extract<Trigger, { on: On }> => trigger.on === on)
      .map((trigger) => ({ functionName, trigger })),
  );
