import { module } from '#kernel';
import { accountSections, openOnes } from '#modules/parties/accounts';
import { AgreementAccrual } from './agreement-accrual.entity.ts';
import { AgreementPeriod } from './agreement-period.entity.ts';
import { AgreementSettlement } from './agreement-settlement.entity.ts';
import { Agreement } from './agreement.entity.ts';
import {
  activateAgreement,
  approveAgreementSettlement,
  closeAgreement,
  finishAgreementSettlement,
  rejectAgreementSettlement,
  resumeAgreement,
  settleAgreementPeriod,
  suspendAgreement,
} from './agreement.operations.ts';
import { countEarlier, countForAgreements, settleAtEnd, takeAgreementApproval } from './agreement.reactions.ts';
import { closePeriod } from './close-period.operations.ts';
import { agreementProgress } from './progress.operations.ts';

const seen = { read: 'team' } as const;

/** Agreements: what customers earn by reaching targets, document by document, and how it is settled. */
export const agreements = module('billing/agreements', {
  entities: [Agreement, AgreementPeriod, AgreementAccrual, AgreementSettlement],
  operations: [
    activateAgreement,
    suspendAgreement,
    resumeAgreement,
    closeAgreement,
    settleAgreementPeriod,
    approveAgreementSettlement,
    rejectAgreementSettlement,
    finishAgreementSettlement,
    agreementProgress,
  ],
  reactions: [countForAgreements, countEarlier, settleAtEnd, takeAgreementApproval],
  timers: [closePeriod],
  contributes: {
    [accountSections]: [
      openOnes(
        Agreement,
        'agreements',
        'What the account has agreed on and is not settled; how far it has come says `agreementProgress`.',
      ),
    ],
    'role-grants': [
      {
        roles: ['seller', 'support'],
        entities: { Agreement: seen, AgreementPeriod: seen, AgreementAccrual: seen, AgreementSettlement: seen },
        withholds: ['agreement.activate', 'agreement.suspend', 'agreement.close', 'agreement.settle'],
      },
    ],
  },
});
export { Agreement, type AgreementRow } from './agreement.entity.ts';
export { AgreementPeriod, type AgreementPeriodRow } from './agreement-period.entity.ts';
export { AgreementSettlement } from './agreement-settlement.entity.ts';
