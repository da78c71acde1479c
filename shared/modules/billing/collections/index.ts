import { module } from '#kernel';
import { alertSourcesPoint } from '#modules/platform/alerts';
import { readyPoint } from '#modules/platform/workflows';
import { carriedFields } from '#modules/engagement/activities';
import { accountSections, openOnes } from '#modules/parties/accounts';
import { notificationKinds } from '#modules/platform/notifications';
import { creditSources } from '#modules/sales/orders';
import { paymentPromises } from './alert-source.rules.ts';
import { recordCollectionAction } from './action.operations.ts';
import { assignCollectionCase, closeCollectionCase, handCaseToLegal, openCollectionCase } from './case.operations.ts';
import { collectionActivities } from './collection-activity.entity.ts';
import { CollectionCase } from './collection-case.entity.ts';
import { DunningBlock } from './dunning-block.entity.ts';
import { receivablesCredit, releaseDunningBlock } from './credit.operations.ts';
import { dunningFields } from './dunned-account.entity.ts';
import { DunningLetter } from './dunning-letter.entity.ts';
import { DunningPlan } from './dunning-plan.entity.ts';
import { DunningPolicy } from './dunning-policy.entity.ts';
import { dunCustomers, dunInTheMorning, planDunning, runDunning } from './dunning.jobs.ts';
import { collectionHistory, promiseFigures } from './history.operations.ts';
import { InstalmentPlan } from './instalment-plan.entity.ts';
import { dunningTemplates } from './letter.rules.ts';
import { PaymentPromise } from './payment-promise.entity.ts';
import { agreeInstalments, cancelInstalments, cancelPromise, promisePayment } from './promise.operations.ts';
import { promisesByDay } from './promise.projections.ts';
import {
  closeWhenPaid,
  collectionNotifications,
  followSettlement,
  instalmentIsOver,
  promiseIsOver,
} from './promise.reactions.ts';
import { collectionGrants } from './role-grants.rules.ts';
import { readyWithPromises } from './ready-workflows.rules.ts';

/** Collections: cases and what is done on them, promises to pay, letters, and who may order no more. */
export const collections = module('billing/collections', {
  entities: [CollectionCase, PaymentPromise, InstalmentPlan, DunningPolicy, DunningPlan, DunningLetter, DunningBlock],
  extensions: [collectionActivities, { of: 'Account', fields: dunningFields }],
  operations: [
    ...[openCollectionCase, recordCollectionAction, assignCollectionCase, closeCollectionCase, handCaseToLegal],
    ...[promisePayment, cancelPromise, agreeInstalments, cancelInstalments],
    ...[releaseDunningBlock, runDunning, collectionHistory, promiseFigures],
  ],
  jobs: [dunCustomers],
  reactions: [followSettlement, closeWhenPaid, planDunning],
  rollups: [promisesByDay],
  timers: [promiseIsOver, instalmentIsOver, dunInTheMorning],
  contributes: {
    [readyPoint]: readyWithPromises,
    [alertSourcesPoint]: [paymentPromises],
    [accountSections]: [
      openOnes(PaymentPromise, 'promises', 'What the account has promised to pay.'),
      openOnes(CollectionCase, 'collectionCases', 'Its open case of collection, if there is one.', 1),
    ],
    [carriedFields]: ['collectionCase'],
    [creditSources]: [receivablesCredit],
    [notificationKinds]: collectionNotifications,
    'mail-templates': dunningTemplates,
    'role-grants': collectionGrants,
  },
});
export { CollectionCase, type CollectionCaseRow } from './collection-case.entity.ts';
export { DunningBlock } from './dunning-block.entity.ts';
export { DunningLetter, type DunningLetterRow } from './dunning-letter.entity.ts';
export { DunningPolicy } from './dunning-policy.entity.ts';
export { PaymentPromise, type PaymentPromiseRow } from './payment-promise.entity.ts';
