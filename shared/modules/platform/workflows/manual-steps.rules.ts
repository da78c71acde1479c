import type { AnyRow, Registry } from '#kernel';
import type { ApprovalRow } from '#modules/platform/approvals';

/** For whom something waits, and until when it is to be done. */
export type WaitingFor = { readonly people: readonly string[]; readonly queue?: string; readonly until?: string };

/** A kind of step that people do: what the engine made for them is done only when they have done it. */
export type ManualStep = {
  readonly kind: string;
  /** For whom it waits; undefined once it is done. */
  waiting(row: AnyRow): WaitingFor | undefined;
};
/** The extension point for them. */
export const manualPoint = 'workflows.manual';

/** Kinds of steps that people do, by their names. */
export const manualIn = ({ contributions }: Pick<Registry, 'contributions'>): ReadonlyMap<string, ManualStep> =>
  new Map((contributions(manualPoint) as readonly ManualStep[]).map((step) => [step.kind, step]));

/** A question waits for those who are to decide now. */
export const decisionStep: ManualStep = {
  kind: 'approval',
  waiting: (row) => {
    const { status, waitingFor, until } = row as unknown as ApprovalRow;
    return status === 'PENDING' ? { people: waitingFor, ...(until !== undefined && { until }) } : undefined;
  },
};
