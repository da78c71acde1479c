import { DomainError, reaction, timer, type Context } from '#kernel';
import { queueMail } from '#modules/platform/mail-out';
import { User, type UserRow } from '#modules/platform/users';
import { Approval, type ApprovalRow } from './approval.entity.ts';
import { waitingIn } from './approval.rules.ts';
import { standIn } from './approvers.operations.ts';

/** The link in a mail works so long, unless the question lapses before. */
const linkDays = 14;

export const approvalLapses = timer(Approval, {
  describes: 'Ends a question that nobody has decided in time.',
  run: (approval, { trusted }) => {
    trusted(Approval).move(approval, 'LAPSED', { waitingFor: [], asked: null });
    return Promise.resolve();
  },
});

export const tellApprovers = reaction('tellApprovers', {
  describes: 'Sends those who are to decide a mail with a link by which they can.',
  on: ['approval.requested', 'approval.advanced', 'approval.delegated'],
  run: async (event, context) => {
    const approval = await context.trusted(Approval).find(event.record.id);
    // Who is asked in a later round is told by the event that began it.
    if (approval?.status !== 'PENDING' || (event.data?.['round'] ?? approval.round) !== approval.round) return;
    const before = event.type === 'approval.delegated' ? asIds(event.changed['waitingFor']?.from) : [];
    for (const waiting of waitingIn(approval)) {
      const reader = await standIn(context, waiting);
      if (reader && !before.includes(reader.id)) await askByMail(context, approval, reader, waiting);
    }
  },
});

const asIds = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const askByMail = async (context: Context, approval: ApprovalRow, reader: UserRow, waiting: string): Promise<void> => {
  const { subject, amount, reason, until, round } = approval;
  const asker = await nameOf(context, approval.askedBy);
  const insteadOf = waiting === reader.id ? undefined : await nameOf(context, waiting);
  await mailTo(context, reader, {
    template: 'approval-requested',
    record: approval.about,
    data: {
      subject,
      amount,
      reason,
      until,
      approver: reader.name,
      asker,
      insteadOf,
      about: await titleOf(context, approval.about),
    },
    links: [
      {
        name: 'decide',
        purpose: 'approval',
        record: approval.id,
        until: until ?? new Date(Date.parse(context.clock.instant()) + linkDays * 86_400_000).toISOString(),
        nonce: `${reader.id}.${round}`,
      },
    ],
  });
};

export const tellAsker = reaction('tellAsker', {
  describes: 'Tells who asked what was decided.',
  on: ['approval.approved', 'approval.rejected', 'approval.lapsed'],
  run: async (event, context) => {
    const approval = await context.trusted(Approval).find(event.record.id);
    const asker = approval?.askedBy === undefined ? undefined : await context.trusted(User).find(approval.askedBy);
    if (!approval || !asker) return;
    const last = approval.steps.flatMap(({ decisions }) => decisions).at(-1);
    await mailTo(context, asker, {
      template: 'approval-decided',
      record: approval.about,
      data: {
        subject: approval.subject,
        asker: asker.name,
        approved: approval.status === 'APPROVED',
        lapsed: approval.status === 'LAPSED',
        comment: approval.comment,
        ...(approval.status !== 'LAPSED' && last && { by: await nameOf(context, last.by) }),
      },
    });
  },
});

type Order = Omit<Parameters<typeof queueMail>[1], 'to'>;

/** Sends a mail to a person of the tenant. An address that is written to no more must not stop the others. */
const mailTo = async (context: Context, reader: UserRow, order: Order): Promise<void> => {
  try {
    const locale = reader.locale ?? context.actor.locale;
    await queueMail(context, { ...order, to: [reader.email], owner: reader.id, locale });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'SUPPRESSED') throw error;
    context.log.warn('Somebody gets no mail about an approval: the address is suppressed.', { user: reader.id });
  }
};

const nameOf = async ({ trusted }: Context, id: string | undefined): Promise<string> =>
  (id === undefined ? undefined : await trusted(User).find(id))?.name ?? 'CRM';

/** What people call the record that the question is about. */
export const titleOf = async ({ records, registry }: Context, id: string): Promise<string> => {
  const row = (await records([id])).get(id);
  const of = registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  return row && of ? of.title(row) : '';
};
