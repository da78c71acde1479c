import { module } from '#kernel';
import { readyPoint } from '#modules/platform/workflows';
import { callActions } from '#modules/engagement/calls';
import { accountSections, openOnes } from '#modules/parties/accounts';
import { signingSubjects } from '#modules/platform/signing';
import { contractFromCall } from './call-action.operations.ts';
import { ContractPeriod } from './contract-period.entity.ts';
import { Contract } from './contract.entity.ts';
import {
  activateContract,
  cancelContract,
  indexContract,
  renewContract,
  resumeContract,
  suspendContract,
} from './contract-life.operations.ts';
import { contractSigning, sendContract } from './send-contract.operations.ts';
import { takeStep } from './contract-steps.operations.ts';
import {
  createContract,
  createContractFromOpportunity,
  createContractFromQuote,
  updateContract,
} from './contract.operations.ts';
import { readyWithContracts } from './ready-workflows.rules.ts';

/** Services over time: what was agreed, the periods that are to be billed, renewal and indexation. */
export const contracts = module('sales/contracts', {
  entities: [Contract, ContractPeriod],
  operations: [
    createContract,
    createContractFromQuote,
    createContractFromOpportunity,
    updateContract,
    sendContract,
    activateContract,
    suspendContract,
    resumeContract,
    renewContract,
    indexContract,
    cancelContract,
  ],
  timers: [takeStep],
  contributes: {
    [readyPoint]: readyWithContracts,
    [accountSections]: [
      openOnes(Contract, 'contracts', 'The contracts of the account that are not over, the latest first.'),
    ],
    [signingSubjects]: [contractSigning],
    [callActions]: [contractFromCall],
    'role-grants': [
      {
        roles: ['seller', 'support'],
        withholds: ['contract.index', 'contract.suspend'],
      },
    ],
  },
});
export { Contract, type ContractRow } from './contract.entity.ts';
export { ContractPeriod, type ContractPeriodRow } from './contract-period.entity.ts';
export { createContractFromQuote } from './contract.operations.ts';
