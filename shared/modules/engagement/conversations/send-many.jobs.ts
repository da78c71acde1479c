import {
  DomainError,
  given,
  job,
  type Context,
  type JobContext,
  type Piece,
  type PieceOutcome,
  type RowResult,
} from '#kernel';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { selectedIn } from '#modules/parties/segments';
import type { MessageOrder } from './message-order.rules.ts';
import { queueMessage } from './queue-message.operations.ts';

/** To whom: a segment of contacts, whoever fulfils criteria, or these. */
export type Many = {
  readonly to: { readonly segment?: string; readonly where?: unknown; readonly contacts?: readonly string[] };
  readonly order: Omit<MessageOrder, 'conversation' | 'to' | 'contact'>;
};

type Progress = { readonly row: number; readonly after?: string };
/** Somebody who is to get it; without `contact` there is nobody of that id, or nobody whom the caller sees. */
type Asked = { readonly id: string; readonly contact?: ContactRow };
type Some = { readonly asked: readonly Asked[]; readonly next?: string };

const perChunk = 50;

/** Why somebody is left out; whatever else goes wrong is a failure. */
const leftOut: ReadonlySet<string> = new Set([
  'SUPPRESSED',
  'NO_CONSENT',
  'NO_ADDRESS',
  'WINDOW_CLOSED',
  'SENT_BEFORE',
  'VALUE_MISSING',
  'NOT_FOUND',
  'ARCHIVED',
]);

export const sendToMany = job<Many>('sendMessages', {
  describes:
    'Writes to many people, to each once; who may not be written to or cannot be reached is left out, with why.',
  needs: 'message.sendMany',
  total: ({ to }) => Promise.resolve(to.contacts?.length),
  chunk: async ({ to, order }, cursor = '{"row":1}', context) => {
    const { row, after } = JSON.parse(cursor) as Progress;
    const { asked, next } = await someOf(context, to, after);
    const results = await writeToSome(context, order, asked, row);
    return { results, ...(next !== undefined && { next: JSON.stringify({ row: row + asked.length, after: next }) }) };
  },
});

const someOf = async (context: Context, { contacts, ...selection }: Many['to'], after?: string): Promise<Some> => {
  if (!contacts) {
    const { rows, next } = await selectedIn(context, Contact.name, selection, after);
    const asked = (rows as readonly ContactRow[]).map((contact) => ({ id: contact.id, contact }));
    return { asked, ...given({ next }) };
  }
  const from = Number(after ?? 0);
  const ids = contacts.slice(from, from + perChunk);
  const found = await context.data(Contact).getMany(ids);
  const next = from + perChunk < contacts.length ? String(from + perChunk) : undefined;
  return { asked: ids.map((id) => ({ id, ...given({ contact: found.get(id) }) })), ...given({ next }) };
};

/** Who shares a number with another of them is left out here: pieces do not see what those beside them write. */
const writeToSome = async (
  context: JobContext,
  order: Many['order'],
  asked: readonly Asked[],
  row: number,
): Promise<readonly RowResult[]> => {
  const numbers = asked.map(({ id, contact }) => contact?.phone ?? id);
  const isAgain = (index: number): boolean => numbers.indexOf(numbers[index] ?? '') < index;
  const known = asked.map((each, index) => unreached(each) ?? (isAgain(index) ? twice : undefined));
  const first = asked.filter((_, index) => !known[index]);
  const outcomes = await context.together(first.map(({ id }) => writing(context.jobId, order, id)));
  const outcomeOf = new Map(first.map((each, index) => [each, outcomes[index]]));
  return asked.map((each, index) => resultOf(known[index] ?? outcomeOf.get(each) ?? twice, row + index, each.id));
};

const failedBy = (code: string, message: string): PieceOutcome => ({
  status: 'failed',
  error: new DomainError(code, message, ['to']),
});

const twice = failedBy('SENT_BEFORE', 'The same goes to this number already.');

/** Why nothing goes to somebody, whatever it says. */
const unreached = ({ contact }: Asked): PieceOutcome | undefined => {
  if (!contact) return failedBy('NOT_FOUND', 'There is no such contact.');
  return contact.archivedAt === undefined ? undefined : failedBy('ARCHIVED', 'The contact is archived.');
};

/** Of two who share a number one gets it. */
const writing = (once: string, order: Many['order'], contact: string): Piece => ({
  key: `message ${contact}`,
  reads: [contact],
  run: (unit) => queueMessage(unit, { ...order, contact, sentBy: 'SYSTEM', fillsGaps: true, once }),
});

const resultOf = ({ status, record, error }: PieceOutcome, row: number, contact: string): RowResult => {
  if (status !== 'failed') return { row, record: record ?? contact, status };
  // Somebody wrote to us from there at the same moment: the chunk is done again, and finds the conversation.
  if (!(error instanceof DomainError) || error.code === 'NOT_UNIQUE')
    throw new Error(`Nobody could write to ${contact}.`, { cause: error });
  const { code, message } = error;
  return { row, record: contact, status: leftOut.has(code) ? 'skipped' : 'failed', code, message };
};
