// Rules of a stage as workflows: what happens when a record comes to it, leaves it, stands in it for days, or is told of by
// another system meanwhile.
import { wordOf, type AnyEntity, type Filter } from '#kernel';

/** When a rule of a stage acts. */
export const stageMoments = ['ENTRY', 'EXIT', 'AFTER_DAYS', 'OUTSIDE_EVENT'] as const;

/** A rule of a stage. */
export type StageRule = {
  readonly when: (typeof stageMoments)[number];
  readonly stage: string;
  readonly within?: string;
  readonly days?: number;
  readonly by?: string;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
};

/** The fields that say in which stage a record stands, and of which pipeline: an opportunity's, or that of a case's type. */
export const stageFieldsOf = (of: AnyEntity): { readonly stage: string; readonly within?: string } | undefined => {
  const stage = of.fields['pipeline'] ? ['stage', 'status'].find((name) => name in of.fields) : of.states?.field;
  return stage === undefined ? undefined : { stage, ...(of.fields['pipeline'] && { within: 'pipeline' }) };
};

/** The definition of the workflow that the rule is; undefined where records of the kind have no stages. */
export const workflowOf = (of: AnyEntity, rule: StageRule): Readonly<Record<string, unknown>> | undefined => {
  const fields = stageFieldsOf(of);
  if (!fields) return undefined;
  const stands: Filter = {
    [fields.stage]: { eq: rule.stage },
    ...(fields.within !== undefined && rule.within !== undefined && { [fields.within]: { eq: rule.within } }),
  };
  const changes = { kind: 'EVENT', on: `${wordOf(of.name)}.*`, changed: [fields.stage] };
  return { of: of.name, ...partsOf(rule, stands, changes) };
};

const partsOf = ({ when, days, by, steps }: StageRule, stands: Filter, changes: object) => {
  const still = {
    key: 'STILL',
    kind: 'branch',
    routes: [{ when: stands, to: steps[0]?.['key'] ?? 'END' }, { to: 'END' }],
  };
  switch (when) {
    case 'ENTRY':
      return { trigger: { ...changes, where: stands }, steps };
    case 'EXIT':
      return { trigger: { ...changes, was: stands }, steps };
    case 'AFTER_DAYS': {
      const stay = { key: 'STAY', kind: 'waitFor', input: { amount: days ?? 1, unit: 'DAYS' } };
      // Who comes back begins to wait anew.
      return { trigger: { ...changes, where: stands }, concurrency: 'RESTART', steps: [stay, still, ...steps] };
    }
    case 'OUTSIDE_EVENT': {
      const found = { record: 'record', ...(by !== undefined && { by }) };
      return { trigger: { kind: 'WEBHOOK', ...found }, steps: [still, ...steps] };
    }
  }
};
