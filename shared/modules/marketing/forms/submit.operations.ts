import { DomainError, given, type Context, type Locale } from '#kernel';
import { derivedId } from '#kernel/ids';
import { assertStorable, storeFile } from '#modules/platform/files';
import type { FormPart } from '#modules/platform/links';
import { readAnswers, type AnswerProblem, type Answers, type SentFile } from './answers.rules.ts';
import { confirmBy } from './confirm-time.rules.ts';
import type { FormRow } from './form.entity.ts';
import { mailFormLink } from './form-mails.operations.ts';
import { honeypot } from './form.rules.ts';
import { FormSubmission, type SubmissionRow } from './form-submission.entity.ts';
import { cut, originOf } from './origin.rules.ts';
import { openPageToken, type PageShown } from './page-token.operations.ts';

/** Who sends, and how the form was shown. */
export type Sending = {
  readonly parts: readonly FormPart[];
  readonly locale: Locale;
  readonly ip: string;
  readonly userAgent: string;
};

/** What became of it, for whoever sent it. */
export type Sent =
  | { readonly is: 'DONE' | 'MAILED' | 'TOO_MANY' | 'STALE' }
  | { readonly is: 'AGAIN'; readonly problems: ReadonlyMap<string, AnswerProblem> };

/** Mails that one address is asked to confirm by one form within an hour. */
const mostMails = 3;
const hour = 3_600_000;

/** Takes what was sent with a form. The same page sent twice is one submission; what looks like spam is kept, and made nothing of. */
export const submit = async (context: Context, form: FormRow, sending: Sending): Promise<Sent> => {
  const page = await shownPage(context, form, partOf(sending, '_token'));
  if (!page) return { is: 'STALE' };
  const id = await idOf(context, form, page);
  const known = await context.trusted(FormSubmission).find(id);
  if (known) return answerFor(known);
  if (!page.isCurrent) return { is: 'STALE' };
  const answers = readAnswers(form.fields, sending.parts, { locale: sending.locale, country: context.actor.country });
  const problems = new Map([...answers.problems, ...fileProblems(answers.files)]);
  if (problems.size > 0) return { is: 'AGAIN', problems };
  if (await isTooMany(context, form, sending, answers)) return { is: 'TOO_MANY' };
  return keep(context, { form, sending, answers, page, id });
};

const partOf = ({ parts }: Sending, name: string): string => parts.find((part) => part.name === name)?.value ?? '';

const shownPage = async (context: Context, form: FormRow, token: string): Promise<PageShown | undefined> => {
  try {
    return await openPageToken(context, form, token);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};

const idOf = async ({ ports, actor }: Context, form: FormRow, { nonce }: PageShown): Promise<string> =>
  derivedId(FormSubmission.idPrefix, await ports.secrets.get('idempotency'), [actor.tenant, form.id, nonce]);

const answerFor = ({ status }: Pick<SubmissionRow, 'status'>): Sent => ({
  is: status === 'UNCONFIRMED' ? 'MAILED' : 'DONE',
});

const fileProblems = (files: readonly SentFile[]): readonly (readonly [string, AnswerProblem])[] =>
  files.flatMap(({ name, fileName, contentType, value }) => {
    try {
      assertStorable(fileName, contentType, value.length);
      return [];
    } catch (error) {
      if (error instanceof DomainError) return [[name, 'TYPE_REFUSED'] as const];
      throw error;
    }
  });

/** The list lags a moment: who sends very fast may send a few more. */
const isTooMany = async (
  { trusted, clock }: Context,
  form: FormRow,
  { ip }: Sending,
  { values }: Answers,
): Promise<boolean> => {
  const from = new Date(clock.now().getTime() - hour).toISOString();
  const { rows } = await trusted(FormSubmission).page('byForm', { of: form.id, from, descending: true, first: 100 });
  const toAddress = rows.filter(({ email }) => email !== undefined && email === values['email']);
  return (
    rows.filter((row) => row.ip === ip).length >= form.mostPerHour ||
    (form.doubleOptIn && toAddress.length >= mostMails)
  );
};

type Keeping = {
  readonly form: FormRow;
  readonly sending: Sending;
  readonly answers: Answers;
  readonly page: PageShown;
  readonly id: string;
};

const keep = async (context: Context, keeping: Keeping): Promise<Sent> => {
  const { form, sending, answers, id } = keeping;
  const suspicion = suspicionOf(keeping);
  const status = suspicion ? 'SPAM' : form.doubleOptIn ? 'UNCONFIRMED' : 'RECEIVED';
  const email = textIn(answers, 'email');
  if (
    status === 'UNCONFIRMED' &&
    !(await mailFormLink(context, form, { id, email, locale: sending.locale }, 'form-confirm'))
  )
    return { is: 'AGAIN', problems: addressProblem(form) };
  const files = await Promise.all(answers.files.map((file) => stored(context, id, file)));
  const ends = status === 'UNCONFIRMED' ? { confirmBy: confirmBy(context.clock.now(), form.confirmDays) } : {};
  context
    .trusted(FormSubmission)
    .create(
      { ...saidIn(keeping), ...given({ suspicion }), ...ends, status, files, attempts: 0 },
      { id, ...(status === 'RECEIVED' && { event: 'formSubmission.submitted' }) },
    );
  return answerFor({ status });
};

const textIn = ({ values }: Answers, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

/** What a submission says, and what is known of how it was sent. */
const saidIn = ({ form, sending, answers }: Keeping) => ({
  form: form.id,
  name: nameOf(answers, form),
  answers: answers.answers,
  values: answers.values,
  consents: answers.agreed,
  origin: originOf(partOf(sending, '_page'), partOf(sending, '_referrer')),
  locale: sending.locale,
  ...given({
    email: textIn(answers, 'email'),
    phone: textIn(answers, 'phone'),
    ip: cut(sending.ip, 45),
    userAgent: cut(sending.userAgent, 300),
    visitor: cut(partOf(sending, '_visitor'), 400),
  }),
});

const suspicionOf = ({ form, sending, page }: Keeping): SubmissionRow['suspicion'] => {
  if (partOf(sending, honeypot) !== '') return 'HONEYPOT';
  return page.seconds < form.minSeconds ? 'TOO_FAST' : undefined;
};

const addressProblem = ({ fields }: FormRow): ReadonlyMap<string, AnswerProblem> =>
  new Map(fields.filter(({ fills }) => fills === 'email').map(({ key }) => [key, 'INVALID']));

const nameOf = (answers: Answers, form: FormRow): string => {
  const [name, first, last, company, email, phone] = ['name', 'firstName', 'lastName', 'company', 'email', 'phone'].map(
    (each) => textIn(answers, each),
  );
  const person = name ?? [first, last].filter((each) => each !== undefined).join(' ');
  return ([person, company, email, phone].find((each) => each !== undefined && each !== '') ?? form.name).slice(0, 200);
};

/** Its id follows from the submission's, so that a second try writes the same file to the same place. */
const stored = async (
  context: Context,
  record: string,
  { name: field, fileName, contentType, value }: SentFile,
): Promise<string> => {
  const body = Buffer.from(value, 'latin1');
  const id = derivedId('fil', 'form-file', [record, field]);
  return (await storeFile(context, { name: fileName.slice(-200), contentType, body, record, id })).id;
};
