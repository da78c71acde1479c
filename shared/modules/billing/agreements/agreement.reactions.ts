import { given, reaction, readOn, type AnyEntity, type Context, type PageAsked } from '#kernel';
import { CreditNote, Invoice } from '#modules/billing/invoices';
import {
  eachByItself,
  earningEvents,
  movementsOf,
  movementsOfCreditNote,
  movementsOfInvoice,
} from '#modules/billing/earnings';
import { Approval } from '#modules/platform/approvals';
import { attempt } from '#modules/platform/jobs';
import { accrue, agreementsFor } from './accrue.operations.ts';
import { AgreementPeriod } from './agreement-period.entity.ts';
import { AgreementSettlement } from './agreement-settlement.entity.ts';
import { Agreement, type AgreementRow } from './agreement.entity.ts';
import { approvalKind, approveSettlement, problemOf, rejectSettlement, settlePeriod } from './settle.operations.ts';

export const countForAgreements = reaction('countForAgreements', {
  describes:
    'Counts what was invoiced, paid or taken back for the agreements of its customer and of the group that the customer buys with.',
  on: earningEvents.filter((type) => !type.startsWith('order.')),
  run: async (event, context) => {
    for (const movement of await movementsOf(event, context)) {
      const agreements = await agreementsFor(context, movement);
      await eachByItself(
        context,
        agreements.map((agreement) => ({
          key: `${agreement.id}/${movement.key}`,
          run: (unit) => accrue(unit, agreement, movement),
        })),
      );
    }
  },
});

/** Documents of a customer that are looked at when an agreement becomes active after its first day. */
const mostDocuments = 2000;

export const countEarlier = reaction('countEarlierDocuments', {
  describes:
    'Counts the documents that a customer had before its agreement became active, from the first day of it on.',
  on: ['agreement.activated'],
  run: async (event, context) => {
    const agreement = await context.trusted(Agreement).find(event.record.id);
    const { account } = agreement ?? {};
    if (!agreement || account === undefined || agreement.startsOn > context.clock.today()) return;
    const ids = await documentsOf(context, account);
    const pieces = ids.map((id) => ({ key: id, run: (unit: Context) => countDocument(unit, agreement.id, id) }));
    await eachByItself(context, pieces);
  },
});

const documentsOf = async (context: Context, account: string): Promise<readonly string[]> => {
  const lists = await Promise.all([Invoice, CreditNote].map((of) => issuedOf(context, of, account)));
  return lists.flat();
};

const issuedOf = async (
  { trusted }: Context,
  of: typeof Invoice | typeof CreditNote,
  account: string,
): Promise<readonly string[]> => {
  const read = (asked: PageAsked) => trusted<AnyEntity>(of).page('byAccount', { of: account, ...asked });
  const { rows } = await readOn(read, mostDocuments);
  return rows.filter((row) => row['issuedOn'] !== undefined).map(({ id }) => id);
};

const countDocument = async (context: Context, id: string, document: string): Promise<AgreementRow> => {
  const agreement = await context.trusted(Agreement).get(id);
  const isInvoice = document.startsWith(`${Invoice.idPrefix}_`);
  const movements = await (isInvoice ? movementsOfInvoice : movementsOfCreditNote)(context, document);
  for (const movement of movements) await accrue(context, agreement, movement);
  return agreement;
};

export const settleAtEnd = reaction('settleAgreementPeriod', {
  describes: 'Settles what was earned in a period that has ended; where that cannot be, the period says why.',
  on: ['agreementPeriod.closed'],
  run: async (event, context) => {
    const id = event.record.id;
    const period = await context.trusted(AgreementPeriod).find(id);
    if (period?.status !== 'CLOSED' || period.due.minor <= 0) return;
    const [outcome] = await context.together([
      { key: id, run: async (unit) => settlePeriod(unit, await unit.trusted(AgreementPeriod).get(id)) },
    ]);
    if (outcome?.status === 'failed')
      context.trusted(AgreementPeriod).update(period, { problem: problemOf(outcome.error) });
  },
});

export const takeAgreementApproval = reaction('takeAgreementApproval', {
  describes:
    'Gives or refuses what a customer earned as the approvers have decided; a question that was taken back or has lapsed refuses. What cannot be given is refused too, and the period says why.',
  on: ['approval.approved', 'approval.rejected', 'approval.lapsed', 'approval.withdrawn'],
  run: async (event, context) => {
    const approval = await context.trusted(Approval).find(event.record.id);
    if (approval?.kind !== approvalKind) return;
    const settlement = await context.trusted(AgreementSettlement).find(approval.about);
    if (settlement?.status !== 'PENDING') return;
    if (event.type === 'approval.approved') await giveOrRefuse(context, settlement.id);
    else await rejectSettlement(context, settlement.id, given({ reason: approval.comment }));
  },
});

/** Trying again does not help where a rule forbids it; a lost race is tried again. */
const giveOrRefuse = async (context: Context, id: string): Promise<void> => {
  const { error } = await attempt(context, id, (unit) => approveSettlement(unit, id));
  if (!error) return;
  if (error.code === 'CONFLICT') throw error;
  const reason = `${error.code}: ${error.message}`.slice(0, 1000);
  await rejectSettlement(context, id, { reason }, problemOf(error));
};
