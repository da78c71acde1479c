import { creation, DomainError, reaction } from '#kernel';
import { Invoice, settleInvoice } from '#modules/billing/invoices';
import { Approval, askApproval } from '#modules/platform/approvals';
import { assertPositive, noteSettlement } from './settle.operations.ts';
import { WriteOff } from './write-off.entity.ts';

/** The kind of approval that policies of write-offs have. */
export const approvalKind = 'write-off';

export const requestWriteOff = creation(WriteOff, 'requestWriteOff', {
  describes:
    'Asks to give up what an invoice still owes, or part of it. An approval policy of the kind `write-off` says who must agree; then it is done.',
  needs: 'writeOff.create',
  input: {},
  returns: WriteOff,
  fails: ['NOT_ISSUED', 'OVER_SETTLED', 'CURRENCY_MISMATCH', 'NO_APPROVAL_POLICY', 'NO_APPROVER'],
  run: async ({ values }, context) => {
    const invoice = await context.data(Invoice).get(values.invoice);
    assertPositive([values]);
    if (invoice.status !== 'ISSUED')
      throw new DomainError('NOT_ISSUED', `The invoice is ${invoice.status}.`, ['invoice']);
    if (values.amount.currency !== invoice.total.currency)
      throw new DomainError('CURRENCY_MISMATCH', `The invoice is in ${invoice.total.currency}.`, ['amount']);
    if (values.amount.minor > invoice.balance.minor)
      throw new DomainError('OVER_SETTLED', 'No more than is owed can be given up.', ['amount']);
    const { account, number = '' } = invoice;
    const writeOff = context.data(WriteOff).create({ ...values, account, number });
    await askApproval(context, {
      about: writeOff.id,
      kind: approvalKind,
      subject: number,
      amount: values.amount,
      reason: values.reason,
    });
    return writeOff;
  },
});

export const takeWriteOffApproval = reaction('takeWriteOffApproval', {
  describes: 'Writes off what the approvers agreed to give up; not what the invoice no longer owes.',
  on: ['approval.approved', 'approval.rejected', 'approval.lapsed', 'approval.withdrawn'],
  run: async (event, context) => {
    const { trusted, clock } = context;
    const approval = await trusted(Approval).find(event.record.id);
    if (approval?.kind !== approvalKind) return;
    const writeOff = await trusted(WriteOff).find(approval.about);
    if (writeOff?.status !== 'PENDING_APPROVAL') return;
    const { amount, id, invoice } = writeOff;
    const decidedOn = clock.today();
    const { status, balance } = await trusted(Invoice).get(invoice);
    const isOwed = status === 'ISSUED' && balance.minor >= amount.minor;
    if (event.type !== 'approval.approved' || !isOwed) {
      const refusal = event.type === 'approval.approved' ? 'The invoice no longer owes so much.' : approval.comment;
      trusted(WriteOff).move(writeOff, 'REJECTED', { decidedOn, refusal: refusal ?? null });
      return;
    }
    const settled = await settleInvoice(context, invoice, { writtenOff: amount });
    noteSettlement(context, settled, { kind: 'WRITE_OFF', source: id, amount, on: decidedOn });
    trusted(WriteOff).move(writeOff, 'APPROVED', { decidedOn });
  },
});
