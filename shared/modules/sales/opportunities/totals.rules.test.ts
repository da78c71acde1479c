import { describe, expect, it } from '@jest/globals';
import { boardCellsIn, forecastCellsIn, namedAmounts } from './totals.rules.ts';

describe('a cell of a forecast', () => {
  it('holds stages and categories side by side, and leaves out what has come to nothing', () => {
    const amounts = {
      ...namedAmounts(['PROPOSAL', 'COMMIT'], { count: 2, amount: 500, weighted: 400 }),
      ...namedAmounts(['PROPOSAL', 'PIPELINE'], { count: 1, amount: 90, weighted: 45 }),
      ...namedAmounts(['DECISION', 'COMMIT'], { count: 0, amount: 0, weighted: 0 }),
    };
    const place = { month: '2026-12', owner: 'usr_ana', team: '-', currency: 'USD', stage: 'PROPOSAL' };
    expect(forecastCellsIn(new Map([['2026-12#usr_ana#-#USD', amounts]]))).toEqual([
      { ...place, category: 'COMMIT', count: 2, amount: 500, weighted: 400 },
      { ...place, category: 'PIPELINE', count: 1, amount: 90, weighted: 45 },
    ]);
  });
});

describe('a cell of a board', () => {
  it('holds the stages of one owner', () => {
    const amounts = {
      ...namedAmounts(['PROPOSAL'], { count: 1, amount: 5 }),
      ...namedAmounts(['WON'], { count: 3, amount: 0 }),
    };
    expect(boardCellsIn(new Map([['-#USD', amounts]]))).toEqual([
      { stage: 'PROPOSAL', owner: '-', currency: 'USD', count: 1, amount: 5 },
      { stage: 'WON', owner: '-', currency: 'USD', count: 3, amount: 0 },
    ]);
  });
});
