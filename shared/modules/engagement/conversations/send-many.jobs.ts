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
type Some = { readonly rows: readonly ContactRow[]; readonly next?: string };

const perChunk = 50;

/** Why somebody is left out; whatever else goes wrong is a failure. */
const leftOut: ReadonlySet<string> = new Set([
  'SUPPRESSED',
  'NO_CONSENT',
  'NO_ADDRESS',
  'WINDOW_CLOSED',
  'SENT_BEFORE',
  'VALUE_MISSING',
]);

export const sendToMany = job<Many>('sendMessages', {
  describes:
    'Writes to many people, to each once; who may not be written to or cannot be reached is left out, with why.',
  needs: 'message.sendMany',
  total: ({ to }) => Promise.resolve(to.contacts?.length),
  chunk: async ({ to, order }, cursor = '{"row":1}', context) => {
    const { row, after } = JSON.parse(cursor) as Progress;
    const { rows, next } = await someOf(context, to, after);
    const results = await writeToSome(context, order, rows, row);
    return { results, ...(next !== undefined && { next: JSON.stringify({ row: row + rows.length, after: next }) }) };
  },
});

const someOf = async (context: Context, { contacts, ...selection }: Many['to'], after?: string): Promise<Some> => {
  if (!contacts) {
    const { rows, next } = await selectedIn(context, Contact.name, selection, after);
    return { rows: rows as readonly ContactRow[], ...given({ next }) };
  }
  const from = Number(after ?? 0);
  const found = await context.data(Contact).getMany(contacts.slice(from, from + perChunk));
  const next = from + perChunk < contacts.length ? String(from + perChunk) : undefined;
  return { rows: [...found.values()], ...given({ next }) };
};

/** Who shares a number with another of them is left out here: pieces do not see what those beside them write. */
const writeToSome = async (
  context: JobContext,
  order: Many['order'],
  contacts: readonly ContactRow[],
  row: number,
): Promise<readonly RowResult[]> => {
  const numbers = contacts.map(({ phone }) => phone);
  const isFirst = (index: number): boolean => numbers[index] === undefined || numbers.indexOf(numbers[index]) === index;
  const first = contacts.filter((_, index) => isFirst(index));
  const outcomes = await context.together(first.map((contact) => writing(context.jobId, order, contact)));
  const outcomeOf = new Map(first.map(({ id }, index) => [id, outcomes[index]]));
  return contacts.map(({ id }, index) => resultOf(outcomeOf.get(id) ?? twice, row + index, id));
};

const twice: PieceOutcome = {
  status: 'failed',
  error: new DomainError('SENT_BEFORE', 'The same goes to this number already.', ['to']),
};

/** Of two who share a number one gets it. */
const writing = (once: string, order: Many['order'], contact: ContactRow): Piece => ({
  key: `message ${contact.id}`,
  reads: [contact.id],
  run: (unit) => queueMessage(unit, { ...order, contact: contact.id, sentBy: 'SYSTEM', fillsGaps: true, once }),
});

const resultOf = ({ status, record, error }: PieceOutcome, row: number, contact: string): RowResult => {
  if (status !== 'failed') return { row, record: record ?? contact, status };
  // Somebody wrote to us from there at the same moment: the chunk is done again, and finds the conversation.
  if (!(error instanceof DomainError) || error.code === 'NOT_UNIQUE')
    throw new Error(`Nobody could write to ${contact}.`, { cause: error });
  const { code, message } = error;
  return { row, record: contact, status: leftOut.has(code) ? 'skipped' : 'failed', code, message };
};
