// Enrolments over the running cloud, for acceptance tests: begun, read by id, and listed by their sequence.
import type { Client } from './client.ts';
import type { Caller, TestCloud } from './cloud.ts';

/** What `enrol` answers. */
export type Enrolled = {
  readonly enrolments: readonly { readonly id: string; readonly version: number }[];
  readonly refused: readonly { readonly record: string; readonly code: string }[];
  readonly userErrors: readonly { readonly code: string }[];
};
/** What is read of an enrolment. */
export type Enrolment = {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly step: string | null;
  readonly endReason: string | null;
  readonly isOverdue: boolean;
  readonly cause: string;
  readonly activity: { readonly id: string; readonly subject: string; readonly dueAt: string } | null;
  readonly visits: readonly { readonly step: string; readonly outcome: string }[];
};
const fields = 'id version status step endReason isOverdue cause activity { id subject dueAt } visits { step outcome }';

type World = {
  readonly cloud: TestCloud;
  readonly ask: Client['ask'];
  readonly seller: Caller;
  readonly administrator: Caller;
};

/** A client of enrolments; the world is asked for at each call, since people sign in anew as the clock goes on. */
export const openEnrolments = (world: () => World) => ({
  enrol: async (input: object, caller = world().seller): Promise<Enrolled> => {
    const text =
      'mutation ($input: EnrolInput!) { enrol(input: $input) { enrolments { id version } refused { record code } userErrors { code } } }';
    return (await world().ask<{ enrol: Enrolled }>(text, { input }, caller)).enrol;
  },
  read: async (id: string, caller = world().seller): Promise<Enrolment | null> => {
    const text = `query ($id: ID!) { enrolment(id: $id) { ${fields} } }`;
    return (await world().ask<{ enrolment: Enrolment | null }>(text, { id }, caller)).enrolment;
  },
  /** The enrolments of a sequence, once all that was going on has settled. */
  enrolmentsOf: async (id: string, caller?: Caller): Promise<readonly Enrolment[]> => {
    await world().cloud.idle();
    const text = `query ($id: ID!) { sequence(id: $id) { enrolments { nodes { ${fields} } } } }`;
    type Answer = { readonly sequence: { readonly enrolments: { readonly nodes: readonly Enrolment[] } } };
    const { sequence } = await world().ask<Answer>(text, { id }, caller ?? world().administrator);
    return sequence.enrolments.nodes;
  },
});
