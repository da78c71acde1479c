import type { Problem } from '#kernel';

type Named = {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly company?: string;
  readonly email?: string;
  readonly phone?: string;
};

/** The name of the person; empty where only a company is known. */
export const personOf = ({ firstName, lastName }: Named): string => [firstName, lastName].filter(Boolean).join(' ');

/** What people call a lead. */
export const withName = (lead: Named): { readonly name: string } => ({
  name: [personOf(lead), lead.company].filter(Boolean).join(', ') || (lead.email ?? lead.phone ?? ''),
});

/** A lead is somebody who can be named or reached. */
export const leadProblems = (lead: Named): readonly Problem[] =>
  withName(lead).name === ''
    ? [{ code: 'NAME_MISSING', message: 'Name a person or a company, or say how to reach them.', path: ['lastName'] }]
    : [];

type Waiting = {
  readonly status: string;
  readonly handOver?: { readonly state: string; readonly answerBy: string };
  readonly rescoreAt?: string;
  readonly recycleOn?: string;
};

/** Whether a lead still asks for work. */
export const isOpenLead = ({ status }: { readonly status: string }): boolean =>
  status === 'NEW' || status === 'WORKING' || status === 'QUALIFIED';

/** When an unanswered offer goes back. */
export const answerDue = ({ handOver }: Pick<Waiting, 'handOver'>): string | undefined =>
  handOver?.state === 'OFFERED' ? handOver.answerBy : undefined;

/** When a lead that was put aside is taken up again. */
export const recycleDue = ({ status, recycleOn }: Pick<Waiting, 'status' | 'recycleOn'>): string | undefined =>
  status === 'DISQUALIFIED' && recycleOn !== undefined ? `${recycleOn}T12:00:00.000Z` : undefined;

/** The next time that something happens to a lead by itself. */
export const dueAt = (lead: Waiting): string | undefined =>
  [answerDue(lead), recycleDue(lead), isOpenLead(lead) ? lead.rescoreAt : undefined]
    .filter((at) => at !== undefined)
    .sort()[0];
