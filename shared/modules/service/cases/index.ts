import { link, module } from '#kernel';
import { carriedFields } from '#modules/engagement/activities';
import { callOutcomes } from '#modules/engagement/calls';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { formOutcomes } from '#modules/marketing/forms';
import { segmentRelations } from '#modules/parties/segments';
import { stageUses } from '#modules/platform/flows';
import { routesPoint } from '#modules/platform/mail-in';
import { tenantDefaults } from '#modules/platform/tenants';
import { accountCases } from './account-cases.operations.ts';
import { casesOfAccounts } from './account-cases.projections.ts';
import { activityOfCase } from './activity-extension.rules.ts';
import { caseOfCall } from './call-outcome.operations.ts';
import { runCaseAction } from './case-actions.operations.ts';
import { caseKinds } from './case-kinds.operations.ts';
import { CaseType } from './case-type.entity.ts';
import { createCaseType } from './case-type.operations.ts';
import { Case } from './case.entity.ts';
import { createCase, moveCase } from './case.operations.ts';
import { defaultCaseType } from './default-case-type.operations.ts';
import { caseStatuses, emptyStatus } from './empty-status.jobs.ts';
import { caseOfForm } from './form-outcome.operations.ts';
import { caseRoute } from './mail-route.operations.ts';
import { caseRelations } from './segmentation.rules.ts';

const openOnes: AccountSection = {
  name: 'cases',
  describes: 'The open cases of the account, the newest first.',
  of: Case,
  key: 'byAccount',
  descending: true,
  first: 10,
};

/** Cases: whatever else than a sale concerns an account and is worked on until it is settled. */
export const cases = module('service/cases', {
  entities: [CaseType, Case],
  extensions: [
    {
      of: 'Activity',
      fields: activityOfCase,
      keys: { byCase: link('case', 'agendaAt', 'Case.activities') },
      timeline: ['case'],
    },
  ],
  operations: [createCaseType, createCase, moveCase, runCaseAction, accountCases, caseKinds],
  jobs: [emptyStatus],
  projections: [casesOfAccounts],
  contributes: {
    [accountSections]: [openOnes],
    [routesPoint]: [caseRoute],
    [stageUses]: [caseStatuses],
    [tenantDefaults]: [defaultCaseType],
    [segmentRelations]: caseRelations,
    [formOutcomes]: [caseOfForm],
    [callOutcomes]: [caseOfCall],
    [carriedFields]: Object.keys(activityOfCase),
  },
});
export { Case, type CaseRow } from './case.entity.ts';
export { CaseType, type CaseTypeRow } from './case-type.entity.ts';
export { createCase, enterStatus, moveCase } from './case.operations.ts';
