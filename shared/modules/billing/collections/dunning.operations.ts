import { DomainError, given, type AnyRow, type Context } from '#kernel';
import { ensureCase, openCaseOf, recount } from './case.operations.ts';
import type { CollectionCaseRow } from './collection-case.entity.ts';
import { planAction } from './action.operations.ts';
import { blockOf } from './credit.operations.ts';
import { DunningBlock } from './dunning-block.entity.ts';
import { countOf, debtsOf, type NumberedDebt } from './debts.operations.ts';
import { DunnedAccount, type DunnedAccountRow } from './dunned-account.entity.ts';
import { DunningLetter, type DunningLetterRow } from './dunning-letter.entity.ts';
import { DunningPolicy, type DunningLevel, type DunningPolicyRow } from './dunning-policy.entity.ts';
import { letterDue, type Letter, type Standing } from './dunning.rules.ts';
import { CollectionCase } from './collection-case.entity.ts';
import { sendLetter } from './letter.operations.ts';

/** The policy by which an account is written to; none where it is not to be. */
export const policyOf = async (
  { trusted }: Context,
  { dunningPolicy, isNotDunned }: DunnedAccountRow,
): Promise<DunningPolicyRow | undefined> => {
  if (isNotDunned === true) return undefined;
  const own = dunningPolicy === undefined ? undefined : await trusted(DunningPolicy).find(dunningPolicy);
  const policy = own ?? (await trusted(DunningPolicy).findUnique('defaultPlace', 'default'));
  return policy?.active === true && policy.archivedAt === undefined ? policy : undefined;
};

/**
 * Looks at an account: counts what is late of its case, and writes the letter that is due, with what follows from its level.
 * Part of the caller's write. Answers the letter, else the case, else the account.
 */
export const dunAccount = async (context: Context, id: string): Promise<AnyRow> => {
  const account = await context.trusted(DunnedAccount).get(id);
  const [policy, debts, row] = await Promise.all([
    policyOf(context, account),
    debtsOf(context, id),
    openCaseOf(context, id),
  ]);
  const looked = { account, debts, row };
  const letter = policy && (await dueLetter(context, { ...looked, policy }));
  if (policy && letter) return writeLetter(context, { ...looked, policy, letter });
  return row ? recount(context, row, countOf(debts, context.clock.today(), row.brokenPromises)) : account;
};

/** A case begins with the first letter about something late. */
const writeLetter = async (
  context: Context,
  { account, policy, debts, row, letter }: Looked & { readonly letter: Letter<NumberedDebt> },
): Promise<DunningLetterRow> => {
  const counted = countOf(debts, context.clock.today(), row?.brokenPromises ?? 0);
  const isLate = letter.level > 0;
  const known = row ?? (isLate ? await ensureCase(context, account.id, counted, policy.collector) : undefined);
  const written = await sendLetter(context, { account, policy, letter, ...given({ case: known?.id }) });
  if (known) await followLetter(context, known, { policy, letter, written, counted });
  return written;
};

type Looked = {
  readonly account: DunnedAccountRow;
  readonly policy: DunningPolicyRow;
  readonly debts: readonly NumberedDebt[];
  readonly row: CollectionCaseRow | undefined;
};

/** Letters before a case that are looked at, so that none reminds of the same invoice twice. */
const lettersBefore = 10;

const dueLetter = async (
  context: Context,
  { account, policy, debts, row }: Looked,
): Promise<Letter<NumberedDebt> | undefined> => {
  const today = context.clock.today();
  if (row) return letterDue(debts, policy, standingOf(row), today);
  const { rows } = await context
    .trusted(DunningLetter)
    .page('byAccount', { of: account.id, descending: true, first: lettersBefore });
  const reminded = new Set(
    rows.filter(({ level }) => level === 0).flatMap(({ lines }) => lines.map((line) => line.invoice)),
  );
  const due = letterDue(debts, policy, {}, today);
  if (due?.level !== 0) return due;
  return letterDue(
    debts.filter((debt) => !reminded.has(debt.id)),
    policy,
    {},
    today,
  );
};

const standingOf = ({ level, letterOn, raisedTo }: CollectionCaseRow): Standing =>
  given({ lastLevel: level, lastOn: letterOn, raisedTo });

type Followed = {
  readonly policy: DunningPolicyRow;
  readonly letter: Letter;
  readonly written: DunningLetterRow;
  readonly counted: ReturnType<typeof countOf>;
};

/** What a letter of its level means: a call, no more orders, lawyers. */
const followLetter = async (
  context: Context,
  row: CollectionCaseRow,
  { policy, letter, written, counted }: Followed,
): Promise<void> => {
  const step = policy.levels.find(({ level }) => level === letter.level);
  const changes = { ...counted, level: letter.level, letterOn: written.sentOn, raisedTo: null };
  const cases = context.trusted(CollectionCase);
  const isForLegal = step?.handsToLegal === true && row.status !== 'LEGAL';
  const after = isForLegal
    ? cases.move(row, 'LEGAL', changes)
    : cases.update(row, changes, { event: 'collectionCase.dunned' });
  if (step?.blocksOrders === true) await blockOrders(context, row.account);
  if (step?.isByPhone === true) await planCall(context, after, step);
};

const blockOrders = async (context: Context, account: string): Promise<void> => {
  if (await blockOf(context, account)) return;
  const reason = context.actor.locale === 'es' ? 'Último aviso de pago sin respuesta' : 'Last notice to pay unanswered';
  context.trusted(DunningBlock).create({ account, reason, since: context.clock.today() });
};

const planCall = async (context: Context, row: CollectionCaseRow, { script }: DunningLevel): Promise<void> => {
  const subject = context.actor.locale === 'es' ? 'Llamar por pagos vencidos' : 'Call about late payments';
  const call = given({ subject, type: 'CALL', dueAt: context.clock.instant(), notes: script });
  try {
    await planAction(context, row, call);
  } catch (error) {
    // A tenant without calls among its kinds of work still writes its letters.
    if (!(error instanceof DomainError) || error.code !== 'TYPE_NOT_FOUND') throw error;
  }
};
