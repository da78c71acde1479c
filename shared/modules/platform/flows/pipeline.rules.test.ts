import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#kernel';
import { defaultPipeline } from './default-pipeline.rules.ts';
import { assertMayEnter, firstStage, removalProblems, stageOf, stageProblems } from './pipeline.rules.ts';

const { stages } = defaultPipeline;
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'nothing failed';
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
};

describe('the stages of a pipeline', () => {
  it('of a new tenant are right', () => {
    expect(stageProblems(stages)).toEqual([]);
  });
  it('must include an open, a won and a lost one', () => {
    const open = stages.filter(({ kind }) => kind !== 'WON');
    expect(stageProblems(open).map(({ message }) => message)).toEqual(['A pipeline needs a stage of kind WON.']);
  });
  it('have different keys', () => {
    expect(stageProblems([...stages, ...stages.slice(0, 1)])).toMatchObject([{ path: ['stages', 7, 'key'] }]);
  });
  it('are retired, not left out', () => {
    expect(removalProblems(stages.slice(1), stages)).toMatchObject([{ code: 'STAGE_REMOVED' }]);
    expect(removalProblems([...stages].reverse(), stages)).toEqual([]);
  });
});

describe('entering a stage', () => {
  const proposal = { ...stageOf({ stages }, 'PROPOSAL'), requiredFields: ['contact', 'amount'] };
  it('asks for the fields that the stage requires', () => {
    expect(
      codeOf(() => {
        assertMayEnter(proposal, { contact: 'con_1' });
      }),
    ).toBe('REQUIRED_FOR_STAGE');
    expect(
      codeOf(() => {
        assertMayEnter(proposal, { contact: 'con_1', amount: { minor: 1, currency: 'USD' } });
      }),
    ).toBe('nothing failed');
  });
  it('is refused where the stage is retired or not there', () => {
    expect(
      codeOf(() => {
        assertMayEnter({ ...proposal, retired: true }, {});
      }),
    ).toBe('STAGE_RETIRED');
    expect(codeOf(() => stageOf({ stages }, 'NOWHERE'))).toBe('STAGE_NOT_FOUND');
  });
  it('begins with the first open stage in use', () => {
    expect(firstStage({ stages })?.key).toBe('PROSPECTING');
  });
});
