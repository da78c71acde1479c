import { DomainError, type Context, type Piece } from '#kernel';
import { isLostRace } from '#kernel/lost-race';
import { File } from '#modules/platform/files';
import { settleAgreements } from './agreements.operations.ts';
import { nothing, outcomesIn, type Made, type SentForm } from './extension-points.rules.ts';
import { Form } from './form.entity.ts';
import { FormSubmission, type SubmissionRow } from './form-submission.entity.ts';

/** Submissions of which something is still to be made. */
const isWaiting = ({ status }: SubmissionRow): boolean => status === 'RECEIVED' || status === 'FAILED';

/**
 * Makes of a submission what its form says, in a write of its own. What stands in the way is kept with it: nothing is lost, and
 * it can be tried again once that is put right. Where others came first there is nothing to put right: its event comes again.
 */
export const processSubmission = async (context: Context, id: string): Promise<void> => {
  const [outcome] = await context.together([making(id)]);
  if (outcome?.status !== 'failed') return;
  if (!(outcome.error instanceof DomainError) || isLostRace(outcome.error)) throw outcome.error;
  const submission = await context.trusted(FormSubmission).get(id);
  keepProblem(context, submission, outcome.error);
};

const making = (id: string): Piece => ({ key: `make ${id}`, run: (unit) => makeNow(unit, id) });

/** Makes it in the caller's write. @throws DomainError what stands in the way */
export const makeNow = async (context: Context, id: string): Promise<SubmissionRow> => {
  const submission = await context.trusted(FormSubmission).get(id);
  if (!isWaiting(submission)) return submission;
  const form = await context.trusted(Form).get(submission.form);
  const { isStranger = false, ...made } = await makeOf(context, { form, submission, values: submission.values });
  await settleAgreements(context, form, { ...submission, ...made }, isStranger);
  await handOverFiles(context, submission, made);
  const changes = { ...made, attempts: submission.attempts + 1, problem: null };
  return context.trusted(FormSubmission).move(submission, 'PROCESSED', changes);
};

const makeOf = async (context: Context, sent: SentForm): Promise<Partial<Made>> => {
  const { outcome } = sent.form;
  if (outcome === nothing) return {};
  const found = outcomesIn(context.registry).get(outcome);
  if (!found) throw new DomainError('UNKNOWN_OUTCOME', `Nothing is known that makes ${outcome}.`, ['outcome']);
  return found.make(context, sent);
};

/** Whoever gets what was made gets the files too. */
const handOverFiles = async (
  { trusted }: Context,
  { files }: SubmissionRow,
  { owner }: Partial<Made>,
): Promise<void> => {
  if (owner === undefined) return;
  for (const file of (await trusted(File).getMany(files)).values()) trusted(File).update(file, { owner });
};

const keepProblem = ({ trusted }: Context, submission: SubmissionRow, { code, message }: DomainError): void => {
  const changes = { problem: { code, message: message.slice(0, 1000) }, attempts: submission.attempts + 1 };
  if (submission.status === 'RECEIVED') trusted(FormSubmission).move(submission, 'FAILED', changes);
};
