// The states of a document's life, as its entity declares them, and the field that they make.
import { choice, derived, type FieldMap } from './fields.ts';

/** States in code: a document's life. `frozenIn` states take no more changes but moves. `closedIn` leaves boards and queues. */
export type States<State extends string = string> = {
  readonly field: string;
  readonly initial: NoInfer<State>;
  readonly moves: { readonly [S in State]: readonly NoInfer<State>[] };
  readonly frozenIn?: readonly NoInfer<State>[];
  readonly closedIn?: readonly NoInfer<State>[];
  /** The past-tense verb of moving to a state, where the state's own word is none: `{ DONE: 'completed' }`. */
  readonly verbs?: { readonly [S in NoInfer<State>]?: string };
};

/** The derived choice that says where a record is. */
export const stateField = (name: string, states: States | undefined): FieldMap => {
  if (!states) return {};
  const options = Object.keys(states.moves);
  const named = `${name}${states.field[0]?.toUpperCase() ?? ''}${states.field.slice(1)}`;
  return { [states.field]: derived(choice(options, { named, describes: 'Where it is in its life.' })) };
};
