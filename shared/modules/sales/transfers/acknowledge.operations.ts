import {
  choice,
  date,
  decimal,
  DomainError,
  given,
  list,
  mutation,
  object,
  optional,
  ref,
  text,
  versionInput,
  type Accepted,
  type Context,
} from '#kernel';
import { planTask } from '#modules/engagement/activities';
import { TransferOrder, type TransferLine, type TransferOrderRow } from './transfer-order.entity.ts';
import { acceptedBy, answers, isRefused } from './transfer.rules.ts';

const answer = {
  key: text({ max: 30, describes: 'Which line.' }),
  answer: choice(answers, { named: 'TransferAnswer', describes: 'What it says.' }),
  quantity: optional(decimal({ min: '0', describes: 'How many it will serve; all when absent.' })),
  substitute: optional(ref('Product', { describes: 'SUBSTITUTED: what is served in its place.' })),
  expectedOn: optional(date({ describes: 'BACKORDER: when it is expected.' })),
  remark: optional(text({ max: 200, describes: 'What it says with it.' })),
};
type Answer = Accepted<typeof answer>;

export const acknowledgeTransferOrder = mutation('acknowledgeTransferOrder', {
  describes:
    'Notes what the wholesaler answered, line by line; lines that are not named it takes as they are. When it takes none, the order is REJECTED_BY_WHOLESALER, the seller gets a task, and another wholesaler can be asked.',
  needs: 'transferOrder.acknowledge',
  input: {
    id: ref('TransferOrder', { describes: 'Which one: one that was sent.' }),
    version: versionInput,
    reference: optional(text({ max: 80, describes: 'Its number there.' })),
    reason: optional(text({ max: 500, describes: 'Why it was refused.' })),
    lines: optional(list(object('TransferLineAnswer', answer), { max: 500, describes: 'What it says of lines.' })),
  },
  returns: TransferOrder,
  fails: ['LINE_NOT_FOUND', 'LINE_TWICE', 'OVER_ACCEPTED', 'SUBSTITUTE_MISSING'],
  run: async ({ id, reference, reason, lines: said = [] }, context) => {
    const transfer = await context.data(TransferOrder).get(id);
    const lines = answered(transfer.lines, said);
    const changes = { lines, answeredAt: context.clock.instant(), ...given({ theirReference: reference, reason }) };
    if (!isRefused(lines)) return context.data(TransferOrder).move(transfer, 'ACKNOWLEDGED', changes);
    await tellSeller(context, transfer, reason);
    return context.data(TransferOrder).move(transfer, 'REJECTED_BY_WHOLESALER', { ...changes, place: null });
  },
});

const answered = (lines: readonly TransferLine[], said: readonly Answer[]): readonly TransferLine[] => {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  if (new Set(said.map(({ key }) => key)).size < said.length)
    throw new DomainError('LINE_TWICE', 'A line is named twice.', ['lines']);
  said.forEach((each, index) => {
    const line = byKey.get(each.key);
    if (!line) throw new DomainError('LINE_NOT_FOUND', `There is no line ${each.key}.`, ['lines', index, 'key']);
    const { quantity: _quantity, ...words } = each;
    byKey.set(each.key, { ...line, ...words, accepted: acceptedBy(line, each, index) });
  });
  return [...byKey.values()].map((line) => ({ ...line, answer: line.answer ?? 'ACCEPTED' }));
};

const tellSeller = async (context: Context, transfer: TransferOrderRow, reason: string | undefined): Promise<void> => {
  const { account, number, ownerId: owner, teamId: team } = transfer;
  const subject = `${number}: ${refused[context.actor.locale]}`;
  await planTask(context, given({ subject, notes: reason, account, owner, team, dueOn: context.clock.today() }));
};

const refused = { es: 'el mayorista no lo acepta', en: 'the wholesaler does not take it' } as const;
