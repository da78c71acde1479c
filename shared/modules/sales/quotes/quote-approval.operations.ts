// Whether an offer may be sent as it is, or approvers are asked first.
import { given, type Context, type Money } from '#kernel';
import { askApproval, policyOf } from '#modules/platform/approvals';
import { User } from '#modules/platform/users';
import { Quote, type QuoteRow } from './quote.entity.ts';
import { QuoteLimit } from './quote-limit.entity.ts';
import { givenAway, limitsFor, passedLimits } from './quote-limit.rules.ts';

/** The kinds of approval that offers may need: for the amount that they give away, and for the limits that they pass. */
export const approvalKinds = { amount: 'quote', limit: 'quote.limit' } as const;

/** Why approvers are asked, in the words of the tenant; the margin itself is not for everybody. */
const reasons = {
  es: { DISCOUNT: 'El descuento pasa el límite.', MARGIN: 'El margen queda por debajo del límite.' },
  en: { DISCOUNT: 'The discount is over the limit.', MARGIN: 'The margin is under the limit.' },
} as const;

/** Asks approvers where a limit of the sender or a policy for the amount says so. @throws NO_APPROVAL_POLICY, NO_APPROVER */
export const askFirst = async (context: Context, quote: QuoteRow): Promise<QuoteRow | undefined> => {
  const amount = discountOf(quote);
  const passed = await passedBy(context, quote);
  const isForAmount = (await policyOf(context, approvalKinds.amount, amount)) !== undefined;
  if (passed.length === 0 && !isForAmount) return undefined;
  await askApproval(context, {
    about: quote.id,
    kind: isForAmount ? approvalKinds.amount : approvalKinds.limit,
    subject: `${quote.name} ${quote.subject}`.slice(0, 200),
    amount,
    ...given({ reason: passed.map((limit) => reasons[context.actor.locale][limit]).join(' ') || undefined }),
  });
  return context.data(Quote).move(quote, 'PENDING_APPROVAL');
};

/** Approvers look at how much is given away. */
const discountOf = ({ totals }: QuoteRow): Money => ({
  ...totals.lineDiscount,
  minor: totals.lineDiscount.minor + totals.headerDiscount.minor,
});

const passedBy = async (context: Context, quote: QuoteRow) => {
  const { trusted, actor } = context;
  const { rows } = await trusted(QuoteLimit).page('all', { first: 100 });
  const limits = rows.filter(({ active, archivedAt }) => active && archivedAt === undefined);
  if (limits.length === 0) return [];
  const sender = actor.userId === undefined ? undefined : await trusted(User).find(actor.userId);
  const { roles = [] } = { ...sender };
  return passedLimits(limitsFor(limits, { roles, teams: actor.teams }), givenAway(quote));
};
