export {
  accrualOf,
  nextTier,
  rebateModes,
  rebateOf,
  tierProblems,
  type Reached,
  type RebateMode,
  type Tier,
} from './rebate.rules.ts';
