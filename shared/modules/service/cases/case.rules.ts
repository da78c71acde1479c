import type { Problem } from '#kernel';
import type { Stage } from '#modules/platform/flows';

/** A case stays what it is: its statuses and its number come from its type. */
export const caseProblems = (
  after: { readonly type: string },
  before?: { readonly type: string },
): readonly Problem[] =>
  before && before.type !== after.type
    ? [{ code: 'TYPE_FIXED', message: 'A case keeps its type; close it and open another one.', path: ['type'] }]
    : [];

/** Whether work has ended. */
export const isClosing = ({ kind }: Pick<Stage, 'kind'>): boolean => kind === 'WON' || kind === 'LOST';

/** What a case has in a status. */
export const inStatus = (pipeline: string, stage: Stage, at: string) => ({
  pipeline,
  status: stage.key,
  statusKind: stage.kind,
  place: `${pipeline}/${stage.key}`,
  statusEnteredAt: at,
});

type Standing = {
  readonly status: string;
  readonly statusKind: Stage['kind'];
  readonly statusEnteredAt: string;
  readonly statusHistory: readonly {
    readonly status: string;
    readonly enteredAt: string;
    readonly leftAt: string;
    readonly seconds: number;
    readonly by: string;
  }[];
};

/** Most statuses that a record remembers; the event log has them all. */
const rememberedVisits = 50;

/** The history of a case that leaves its status. */
export const visitsAfter = (row: Standing, at: string, by: string): Standing['statusHistory'] => {
  const seconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(row.statusEnteredAt)) / 1000));
  const visit = { status: row.status, enteredAt: row.statusEnteredAt, leftAt: at, seconds, by };
  return [...row.statusHistory, visit].slice(-rememberedVisits);
};

/** The event of a move, by what it means for the work. */
export const moveEvent = (from: Stage['kind'], to: Stage['kind']): string => {
  const [was, is] = [isClosing({ kind: from }), isClosing({ kind: to })];
  if (was === is) return 'case.statusChanged';
  return is ? 'case.closed' : 'case.reopened';
};
