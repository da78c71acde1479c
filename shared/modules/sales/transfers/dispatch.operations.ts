// Hands confirmed orders over to wholesalers: in one batch at each cut-off, or when somebody says so.
import { DomainError, given, mutation, optional, readOn, record, ref, timer, type Context, type Locale } from '#kernel';
import { planTask } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { storeFile } from '#modules/platform/files';
import { tableTypes, wholeTable } from '#modules/platform/exports';
import { attempt } from '#modules/platform/jobs';
import { queueMail } from '#modules/platform/mail-out';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { Order } from '#modules/sales/orders';
import { batchRows, type BatchedOrder } from './batch-table.rules.ts';
import { TransferBatch, TransferOrder, type TransferOrderRow } from './transfer-order.entity.ts';
import { Wholesaler, type WholesalerRow } from './wholesaler.entity.ts';
import { nextCutOff } from './wholesaler.operations.ts';

/** Orders of a batch, at most: it is written at once. More go a minute later. */
const mostPerBatch = 40;

export const dispatchTransfers = mutation('dispatchTransfers', {
  describes:
    'Hands the confirmed orders of a wholesaler over now, at most 40 at once: by e-mail with a table of them, or as a file to be fetched. Without any it answers no batch.',
  needs: 'transferOrder.dispatch',
  input: { wholesaler: ref('Wholesaler', { describes: 'To whom.' }) },
  returns: { batch: optional(record(TransferBatch, 'What went.')) },
  fails: ['SUPPRESSED', 'WHOLESALER_INACTIVE'],
  run: async ({ wholesaler: id }, context) => {
    const wholesaler = await context.data(Wholesaler).get(id);
    if (!wholesaler.active)
      throw new DomainError('WHOLESALER_INACTIVE', `${wholesaler.name} serves no orders at present.`, ['wholesaler']);
    return given({ batch: await dispatch(context, wholesaler) });
  },
});

export const atCutOff = timer(Wholesaler, {
  describes: 'Hands the confirmed orders of a wholesaler over, and waits for the next of its times.',
  run: async (wholesaler, context) => {
    const { error, record: batch } = await attempt(context, 'cut-off', async (each) => dispatch(each, wholesaler));
    if (error) await tellSomebody(context, wholesaler, error);
    const isMore = !error && (await waiting(context, wholesaler)).length > 0;
    const soon = new Date(context.clock.now().getTime() + 60_000).toISOString();
    const event = error ? 'wholesaler.failed' : batch === undefined ? undefined : 'wholesaler.dispatched';
    const changes = { nextCutOffAt: isMore ? soon : nextCutOff(context, wholesaler) };
    context.trusted(Wholesaler).update(wholesaler, changes, given({ event }));
  },
});

/** A task for whoever looks after the wholesaler. */
const tellSomebody = async (
  context: Context,
  { account, name }: WholesalerRow,
  { code, message }: DomainError,
): Promise<void> => {
  const subject = `${words[context.actor.locale]}: ${name}`.slice(0, 200);
  const { ownerId: owner, teamId: team } = await context.trusted(Account).get(account);
  const task = { subject, notes: `${code}: ${message}`, account, owner, team, dueOn: context.clock.today() };
  await planTask(context, given(task));
};

const words = { es: 'No salieron los pedidos transfer', en: 'Transfer orders did not go' } as const;

/** The confirmed orders of a wholesaler, as they are now. */
const waiting = async ({ trusted }: Context, { id }: WholesalerRow): Promise<readonly TransferOrderRow[]> => {
  const { rows } = await readOn((page) => trusted(TransferOrder).page('byWaiting', { of: id, ...page }), mostPerBatch);
  const transfers = await Promise.all(rows.map((row) => trusted(TransferOrder).get(row.id)));
  return transfers.filter(({ status, archivedAt }) => status === 'CONFIRMED' && archivedAt === undefined);
};

const dispatch = async (context: Context, wholesaler: WholesalerRow) => {
  const transfers = await waiting(context, wholesaler);
  if (transfers.length === 0) return undefined;
  const { trusted, clock, actor } = context;
  const locale = wholesaler.locale ?? actor.locale;
  const [number, orders] = await Promise.all([
    takeDocumentNumber(context, 'transfer-batch'),
    batched(context, transfers),
  ]);
  const file = await storeTable(context, { number, wholesaler, rows: batchRows(orders, locale) });
  const mail = await mailBatch(context, wholesaler, { number, locale, file, orders: transfers.length });
  const batch = trusted(TransferBatch).create({
    ...given({ wholesaler: wholesaler.id, number, file, mail, dispatchedAt: clock.instant() }),
    orders: transfers.length,
    lines: transfers.reduce((count, { lines }) => count + lines.length, 0),
  });
  for (const transfer of transfers)
    trusted(TransferOrder).move(transfer, 'SENT', { batch: batch.id, sentAt: clock.instant() });
  return batch;
};

/** The orders with what the wholesaler must know of their customers. */
const batched = async (
  { trusted, clock }: Context,
  transfers: readonly TransferOrderRow[],
): Promise<readonly BatchedOrder[]> => {
  const [accounts, orders] = await Promise.all([
    trusted(Account).getMany([...new Set(transfers.map(({ account }) => account))]),
    trusted(Order).getMany(transfers.map(({ order }) => order)),
  ]);
  return transfers.map((transfer) => {
    const account = accounts.get(transfer.account);
    const customer = given({ name: account?.legalName ?? account?.name ?? '', taxId: account?.taxId });
    const reference = orders.get(transfer.order)?.reference;
    return { transfer, day: clock.today(), customer, ...given({ reference }) };
  });
};

type Table = {
  readonly number: string;
  readonly wholesaler: WholesalerRow;
  readonly rows: readonly (readonly string[])[];
};

const storeTable = async (context: Context, { number, wholesaler, rows }: Table): Promise<string> => {
  const { format } = wholesaler;
  const body = await wholeTable(format, rows);
  const name = `${number}.${format.toLowerCase()}`;
  return (await storeFile(context, { name, contentType: tableTypes[format], body, record: wholesaler.id })).id;
};

type Batch = { readonly number: string; readonly locale: Locale; readonly file: string; readonly orders: number };

const mailBatch = async (
  context: Context,
  { channel, email, account, name }: WholesalerRow,
  { number, locale, file, orders }: Batch,
): Promise<string | undefined> => {
  if (channel !== 'EMAIL' || email === undefined) return undefined;
  const mail = await queueMail(context, {
    ...{ to: [email], template: 'transfer-batch', locale, record: account, attachments: [file] },
    data: { number, orders, name },
  });
  return mail.id;
};
