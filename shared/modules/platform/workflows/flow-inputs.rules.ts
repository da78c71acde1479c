import { boolean, json, optional, text, type FieldMap } from '#kernel';
import { stepKey } from './plan.rules.ts';
import type { flowKinds } from './step-kinds.rules.ts';
import { waitInput } from './waiting.rules.ts';

/** What the steps that the engine itself takes go by. */
const inputs: Readonly<Record<(typeof flowKinds)[number], FieldMap>> = {
  branch: {},
  forEach: {
    over: json({ describes: 'The list: {"$": "record.contacts"}; 100 items at most, with more the step fails.' }),
    body: stepKey('The step that begins with each item; what leads back to the forEach goes on with the next.'),
  },
  waitFor: waitInput,
  stop: {
    failed: optional(boolean({ describes: 'The run counts as failed.' })),
    reason: optional(text({ max: 500, describes: 'Why.' })),
  },
};

/** By the kind of step. */
export const flowInputs: ReadonlyMap<string, FieldMap> = new Map(Object.entries(inputs));

/** What they do, for people. */
export const flowDescriptions: Readonly<Record<(typeof flowKinds)[number], string>> = {
  branch: 'Leads along the first of its routes that applies.',
  forEach: 'Takes the items of a list one after the other through the steps that begin with its body.',
  waitFor:
    'Waits for some time, until people work, or for an event about the record, with a time-out: HAPPENED or TIMED_OUT.',
  stop: 'Ends the run.',
};
