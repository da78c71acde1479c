// Bulk: many small units of work written together, each with its own rules, references, guards and fate. What a unit
// did before under the same key it does not do again, so that a chunk may run twice.
import { assertMayWrite } from './commit.ts';
import type { Context, Runtime } from './context.ts';
import type { Actor } from './access.ts';
import type { AnyEntity } from './entity.ts';
import { DomainError } from './errors.ts';
import { idempotencyOf, isReplayOf, Replay } from './idempotency.ts';
import { prefixOf } from './ids.ts';
import { explainFailure, planUnit, type Planned } from './planned-writes.ts';
import { referencesOfUnit, settleReferences } from './references.ts';
import { isLostRace } from './lost-race.ts';
import { partsOf } from './rows.ts';
import { ConditionFailed, ItemTooLarge, TransactionCancelled, type Meter, type Table, type Write } from './table.ts';
import { ordered } from './row-changes.ts';
import { loadMany, openUnit, type Idempotency, type Unit } from './unit.ts';

/** A piece of work: it may stage any writes and answers the record that it is about. */
export type Piece = {
  /** Names it within its caller's work: the same key does it once. */
  readonly key: string;
  /** Records that it will read, to be read with those of the other pieces. */
  readonly reads?: readonly string[];
  run(context: Context): Promise<{ readonly id: string } | undefined>;
};

/** What became of a piece. `created` and `updated` also when an earlier run had done it. */
export type PieceOutcome = {
  readonly status: 'created' | 'updated' | 'unchanged' | 'failed';
  readonly record?: string;
  readonly error?: unknown;
};

/** Under what the pieces run. */
export type BulkCall = {
  readonly runtime: Runtime;
  readonly actor: Actor;
  readonly table: Table;
  readonly meter: Meter;
  readonly operation: string;
  readonly correlationId: string;
  readonly silent?: boolean;
  /** Nothing is written: what would become of each piece. */
  readonly rehearsal?: boolean;
  /** What a piece works with. */
  contextOf(unit: Unit, meter: Meter): Context;
};

/** Writes of one transaction, and transactions in the air at the same time. */
const mostWrites = 100;
const inFlight = 4;
const mostRounds = 5;
/** Tries of a piece that loses races. */
const mostTries = 4;

type Work = { readonly unit: Unit & { readonly idempotency: Idempotency }; outcome?: PieceOutcome; about?: string };

/**
 * Runs pieces in order over one memory of what was read, then writes them together. Those that another write came before are
 * run again, from their reads. Answers what became of each, in order.
 */
export const runPieces = async (call: BulkCall, pieces: readonly Piece[]): Promise<readonly PieceOutcome[]> => {
  const outcomes = [...(await runOnce(call, pieces))];
  for (let tries = 1; tries < mostTries; tries += 1) {
    const lost = [...outcomes.keys()].filter((index) => isLostRace(outcomes[index]?.error));
    if (lost.length === 0) break;
    const again = await runOnce(
      call,
      lost.flatMap((index) => pieces[index] ?? []),
    );
    for (const [nth, outcome] of again.entries()) outcomes[lost[nth] ?? -1] = outcome;
  }
  return outcomes;
};

const runOnce = async (call: BulkCall, pieces: readonly Piece[]): Promise<readonly PieceOutcome[]> => {
  const secret = await call.runtime.ports.secrets.get('idempotency');
  const memory = await readAhead(call, pieces);
  const works: Work[] = [];
  for (const piece of pieces) works.push(await runPiece(call, memory, secret, piece));
  await settleAll(works);
  const open = works.filter((work) => work.outcome === undefined);
  if (call.rehearsal === true) for (const work of open) work.outcome = { status: isNew(work) ? 'created' : 'updated' };
  else await writeAndFollow(call, open);
  return works.map(({ outcome, about }) => ({ ...(about && { record: about }), ...(outcome ?? unknown) }));
};

const writeAndFollow = async (call: BulkCall, works: readonly Work[]): Promise<void> => {
  await writeAll(call, works);
  for (const { unit, outcome } of works)
    if (outcome?.status !== 'failed') for (const effect of unit.effects) await effect();
};

/** What the pieces will read, in one batch. Records with lines are left to those who need the lines. */
const readAhead = async (call: BulkCall, pieces: readonly Piece[]): Promise<Unit['loaded']> => {
  const { meter: _meter, contextOf: _contextOf, ...options } = call;
  const unit = openUnit({ ...options, writes: true });
  const hasParts = (id: string): boolean =>
    partsOf(call.runtime.registry.byPrefix.get(prefixOf(id)) ?? nothing).length > 0;
  const ids = pieces.flatMap(({ reads = [] }) => reads).filter((id) => !hasParts(id));
  await loadMany(unit, ids);
  return unit.loaded;
};

const nothing = { fields: {} } as AnyEntity;

const unknown: PieceOutcome = {
  status: 'failed',
  error: new DomainError('CONFLICT', 'Another change came first; try again.'),
};

const runPiece = async (call: BulkCall, loaded: Unit['loaded'], secret: string, { key, run }: Piece): Promise<Work> => {
  const idempotency = idempotencyOf(secret, call.actor.id, call.operation, key, {});
  const { meter, contextOf, ...options } = call;
  const unit = { ...openUnit({ ...options, writes: true }), idempotency, loaded };
  const work: Work = { unit };
  try {
    const about = await run(contextOf(unit, meter));
    if (about) work.about = about.id;
    dropUnchanged(unit);
    if (unit.staged.size === 0) work.outcome = standing(work);
    else assertMayWrite(unit);
  } catch (error) {
    work.outcome = { status: 'failed', error };
  }
  return work;
};

/** A change that its own rules took back is none. */
const dropUnchanged = (unit: Unit): void => {
  for (const [id, { before, after }] of unit.staged) {
    if (!before) continue;
    const { version, updatedAt, updatedBy } = before.row;
    if (JSON.stringify(ordered(before.row)) === JSON.stringify(ordered({ ...after, version, updatedAt, updatedBy })))
      unit.staged.delete(id);
  }
};

/** Nothing to write: either nothing differs, or an earlier run of this piece has written it. */
const standing = ({ unit, about = '' }: Work): PieceOutcome => {
  const known = unit.loaded.get(about);
  if (!known || !isReplayOf(known.item, unit.idempotency)) return { status: 'unchanged' };
  return { status: known.row.version === 1 ? 'created' : 'updated' };
};

/** References of all pieces in one batch. */
const settleAll = async (works: readonly Work[]): Promise<void> => {
  const open = works.filter((work) => work.outcome === undefined);
  const [first] = open;
  if (!first) return;
  await loadMany(
    { ...first.unit, staged: new Map() },
    open.flatMap(({ unit }) => referencesOfUnit(unit)),
  );
  for (const work of open) {
    try {
      settleReferences(work.unit);
    } catch (error) {
      work.outcome = { status: 'failed', error };
    }
  }
};

type Planning = { readonly work: Work; readonly planned: readonly Planned[] };

/** The mark of a single row tells a replay; only several rows need a guard of their own. */
const planWork = (work: Work): Planning => {
  const planned = planUnit(work.unit, null, undefined);
  return { work, planned: work.unit.staged.size === 1 ? planned.filter(({ write }) => !isGuard(write)) : planned };
};

const isGuard = (write: Write): boolean => write.kind === 'put' && write.item.pk.includes('#idempotency#');

const writeAll = async (call: BulkCall, works: readonly Work[]): Promise<void> => {
  let waiting = works.map(planWork);
  for (let round = 1; waiting.length > 0 && round <= mostRounds; round += 1) {
    const batches = packed(waiting);
    const queue = batches.values();
    const send = async (): Promise<void> => {
      for (const { plannings } of queue) await sendBatch(call.table, plannings);
    };
    await Promise.all(Array.from({ length: areApart(batches) ? inFlight : 1 }, send));
    waiting = waiting.filter(({ work }) => work.outcome === undefined);
  }
};

type Batch = { readonly plannings: Planning[]; readonly keys: Set<string> };

/** Whether no two touch the same item: those that do are written one after the other, so that the first piece wins. */
const areApart = (batches: readonly Batch[]): boolean =>
  new Set(batches.flatMap(({ keys }) => [...keys])).size === batches.reduce((sum, { keys }) => sum + keys.size, 0);

/** Pieces in transactions of at most 100 writes; two that touch the same item never share one. */
const packed = (plannings: readonly Planning[]): readonly Batch[] => {
  const batches: Batch[] = [];
  for (const planning of plannings) {
    const keys = planning.planned.map(({ write }) => keyOf(write));
    const last = batches.at(-1);
    const fits = last && last.keys.size + keys.length <= mostWrites && !keys.some((key) => last.keys.has(key));
    const batch = fits ? last : { plannings: [], keys: new Set<string>() };
    if (!fits) batches.push(batch);
    batch.plannings.push(planning);
    for (const key of keys) batch.keys.add(key);
  }
  return batches;
};

const keyOf = (write: Write): string => {
  const { pk, sk } = write.kind === 'put' ? write.item : write.key;
  return `${pk}\n${sk}`;
};

const sendBatch = async (table: Table, batch: readonly Planning[]): Promise<void> => {
  try {
    await table.transact(batch.flatMap(({ planned }) => planned.map(({ write }) => write)));
    for (const { work } of batch) work.outcome = { status: isNew(work) ? 'created' : 'updated' };
  } catch (error) {
    if (error instanceof ItemTooLarge && batch.length > 1) for (const each of batch) await sendBatch(table, [each]);
    else if (error instanceof ItemTooLarge || error instanceof TransactionCancelled || error instanceof ConditionFailed)
      refuse(batch, error);
    else throw error;
  }
};

const isNew = ({ unit, about }: Work): boolean => {
  const staged = unit.staged.get(about ?? '') ?? [...unit.staged.values()][0];
  return staged !== undefined && !staged.before;
};

/** Pieces whose conditions did not hold have failed or were done before; the others of the batch are written again. */
const refuse = (batch: readonly Planning[], error: Error): void => {
  const reasons = error instanceof TransactionCancelled ? error.reasons : [];
  let start = 0;
  for (const { work, planned } of batch) {
    const own = reasons.slice(start, start + planned.length);
    start += planned.length;
    const isOwnFailure = error instanceof ItemTooLarge || own.some(({ code }) => code === 'CONDITION_FAILED');
    if (isOwnFailure)
      work.outcome = refused(work, planned, error instanceof ItemTooLarge ? error : new TransactionCancelled(own));
  }
};

const refused = (work: Work, planned: readonly Planned[], error: Error): PieceOutcome => {
  const cause = explainFailure(planned, error);
  if (!(cause instanceof Replay)) return { status: 'failed', error: cause };
  return { status: isNew(work) ? 'created' : 'updated' };
};
