import type { Problem } from '#kernel';

type Rule = {
  readonly how: 'ROUND_ROBIN' | 'LOAD' | 'BY_ZONE' | 'TEAM';
  readonly users: readonly string[];
  readonly territories: readonly unknown[];
  readonly team?: string;
};

/** A rule needs those whom it chooses from. */
export const assignmentProblems = ({ how, users, territories, team }: Rule): readonly Problem[] => {
  const missing = { ROUND_ROBIN: users.length, LOAD: users.length, BY_ZONE: territories.length, TEAM: team ? 1 : 0 }[
    how
  ];
  if (missing > 0) return [];
  const field = { ROUND_ROBIN: 'users', LOAD: 'users', BY_ZONE: 'territories', TEAM: 'team' }[how];
  return [{ code: 'NOBODY_TO_CHOOSE', message: `A rule of ${how} names ${field}.`, path: [field] }];
};

/** What rules ask of a lead. */
export type Routed = {
  readonly source?: string;
  readonly captureReason?: string;
  readonly sector?: string;
  readonly zone?: string;
  readonly ownZone?: string;
  readonly grade: string;
};

type Conditions = {
  readonly sources?: readonly string[];
  readonly captureReasons?: readonly string[];
  readonly sectors?: readonly string[];
  readonly zones?: readonly string[];
  readonly leadGrades?: readonly string[];
};

/** Whether a rule is meant for a lead: all that it asks holds. */
export const isMeantFor = (rule: Conditions, lead: Routed): boolean =>
  (
    [
      [rule.sources, [lead.source]],
      [rule.captureReasons, [lead.captureReason]],
      [rule.sectors, [lead.sector]],
      [rule.zones, [lead.zone, lead.ownZone]],
      [rule.leadGrades, [lead.grade]],
    ] as const
  ).every(([asked, values]) => !asked?.length || values.some((value) => value !== undefined && asked.includes(value)));
