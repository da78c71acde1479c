import { module } from '#kernel';
import { alertSourcesPoint } from '#modules/platform/alerts';
import { salesTargets } from './alert-source.operations.ts';
import { CommissionEntry } from './commission-entry.entity.ts';
import { CommissionPlan } from './commission-plan.entity.ts';
import { CommissionPool } from './commission-pool.entity.ts';
import { CommissionStatement } from './commission-statement.entity.ts';
import { approveCommissionStatement, grantSpiff, payCommissionStatement } from './commission.operations.ts';
import {
  askForCommission,
  earnCommissions,
  releaseCommissions,
  takeCommissionApproval,
} from './commission.reactions.ts';
import { SalesTarget } from './sales-target.entity.ts';
import { calculate } from './settle.operations.ts';
import { checkPaid } from './unpaid.operations.ts';

const own = { read: 'own' } as const;
const none = { read: 'none' } as const;

/** Commissions: what sellers earn document by document, against targets, and the statements that they are paid by. */
export const commissions = module('billing/commissions', {
  entities: [CommissionPlan, SalesTarget, CommissionPool, CommissionStatement, CommissionEntry],
  operations: [grantSpiff, approveCommissionStatement, payCommissionStatement],
  reactions: [earnCommissions, releaseCommissions, askForCommission, takeCommissionApproval],
  timers: [calculate, checkPaid],
  contributes: {
    [alertSourcesPoint]: [salesTargets],
    'role-grants': [
      {
        roles: ['seller', 'support'],
        entities: {
          CommissionPlan: none,
          CommissionPool: none,
          SalesTarget: own,
          CommissionStatement: own,
          CommissionEntry: own,
        },
        withholds: ['commissionStatement.grant', 'commissionStatement.pay'],
      },
      {
        roles: ['manager'],
        entities: { CommissionStatement: { read: 'team' }, CommissionEntry: { read: 'team' } },
        withholds: ['commissionStatement.pay'],
      },
    ],
  },
});
export { CommissionStatement, type CommissionStatementRow } from './commission-statement.entity.ts';
export { SalesTarget } from './sales-target.entity.ts';
