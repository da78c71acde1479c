import { decimal, list, money, object, optional, percent, query, record, ref, date, given } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { agreementsOf } from './accrue.operations.ts';
import { AgreementPeriod } from './agreement-period.entity.ts';
import { Agreement } from './agreement.entity.ts';

const standing = object(
  'AgreementStanding',
  {
    agreement: record(Agreement, 'The agreement.'),
    from: date({ describes: 'The first day of its present period.' }),
    to: date({ describes: 'The last day of it.' }),
    measure: decimal({ describes: 'What tiers look at: money, pieces, kilograms, or percent of growth.' }),
    amount: money({ describes: 'What counts of what was bought.' }),
    rebate: money({ describes: 'What that gives.' }),
    due: money({ describes: 'What of it is still to be settled.' }),
    missing: optional(decimal({ describes: 'What is missing to the next tier; absent on the last one.' })),
    nextPercent: optional(percent({ describes: 'What the next tier gives.' })),
  },
  { describes: 'How far a customer has come by an agreement.' },
);

export const agreementProgress = query('agreementProgress', {
  describes:
    'How far a customer has come by its agreements, and by those of its buying group, in their present periods: what was earned, and what is missing to the next tier.',
  needs: 'agreement.read',
  on: 'Account.agreementProgress',
  input: { account: ref('Account', { describes: 'The customer.' }) },
  returns: { agreements: list(standing, { max: 200, describes: 'One entry for each agreement that is not over.' }) },
  run: async ({ account }, context) => {
    await context.data(Account).get(account);
    const agreements = (await agreementsOf(context, account)).filter(({ status }) => status !== 'SETTLED');
    const pages = await Promise.all(
      agreements.map(({ id }) =>
        context.trusted(AgreementPeriod).page('byAgreement', { of: id, first: 1, descending: true }),
      ),
    );
    const rows = agreements.flatMap((agreement, index) => {
      const [period] = pages[index]?.rows ?? [];
      if (!period) return [];
      const { from, to, measure, amount, rebate, due, missing, nextPercent } = period;
      return [given({ agreement, from, to, measure, amount, rebate, due, missing, nextPercent })];
    });
    return { agreements: rows };
  },
});
