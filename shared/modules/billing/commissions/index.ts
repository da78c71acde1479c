export {
  clawBack,
  simpleCommission,
  splitCommission,
  splitProblems,
  tieredCommission,
  type CommissionTier,
  type Split,
} from './commission.rules.ts';
