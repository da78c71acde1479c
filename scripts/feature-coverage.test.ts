import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { coverFeatures, findFeatureTests, leadingIds, parseFeatures } from './feature-coverage.ts';

describe('parseFeatures', () => {
  it('takes id and title of each row, not headings or other tables', () => {
    const markdown = [
      '### OPP - Opportunities',
      '| id | feature | asked by |',
      '| --- | --- | --- |',
      '| OPP-01 | Pipelines of stages | Libra |',
      '| OPP-02 | Moves, with history | Libra, SoSw |',
    ].join('\n');
    expect(parseFeatures(markdown)).toEqual([
      { id: 'OPP-01', title: 'Pipelines of stages' },
      { id: 'OPP-02', title: 'Moves, with history' },
    ]);
  });
});

describe('leadingIds', () => {
  it.each([
    ['OPP-04 totals by stage', ['OPP-04']],
    ['ACT-01, ACT-02: types on an opportunity', ['ACT-01', 'ACT-02']],
    ['ACT-01 & ACT-02 both', ['ACT-01', 'ACT-02']],
    ['totals, see OPP-04', []],
    ['OPP-4 is no id', []],
  ])('%s', (title, ids) => {
    expect(leadingIds(title)).toEqual(ids);
  });
});

describe('findFeatureTests', () => {
  const idsIn = (source: string): readonly string[] => findFeatureTests(source).flatMap(({ ids }) => ids);

  it('finds tests in any quotes, in `test`, in `each` and under a describe that names the feature', () => {
    expect(idsIn(`it('OPP-01 a', run); test("OPP-02 b", run); it(\`OPP-03 c\`, run);`)).toHaveLength(3);
    expect(idsIn(`it.each([1])('OPP-04 %d', run)`)).toEqual(['OPP-04']);
    expect(findFeatureTests(`describe('OPP-05 board', () => { it('counts', run); })`)).toEqual([
      { ids: ['OPP-05'], title: 'OPP-05 board > counts' },
    ]);
  });

  it('takes no skipped, planned or commented test for a proof', () => {
    expect(idsIn(`it.skip('OPP-01 a', run); it.todo('OPP-02 b'); xit('OPP-03 c', run);`)).toEqual([]);
    expect(idsIn(`describe.skip('OPP-04 d', () => { it('e', run); }); // it('OPP-05 f')`)).toEqual([]);
    expect(idsIn(`describe.skip('x', () => { it('OPP-06 e', run); });`)).toEqual([]);
  });
});

describe('coverFeatures', () => {
  const features = [
    { id: 'OPP-01', title: 'one' },
    { id: 'OPP-02', title: 'two' },
  ];

  it('keeps the order of the specification and says which ids do not exist', () => {
    const source = `it('OPP-02 moves', run); it('OPP-99 typo', run);`;
    expect(coverFeatures(features, [{ path: 'test/a.test.ts', source }])).toEqual({
      features: [
        { id: 'OPP-01', title: 'one', tests: [] },
        { id: 'OPP-02', title: 'two', tests: ['test/a.test.ts: OPP-02 moves'] },
      ],
      unknownIds: ['OPP-99 in test/a.test.ts: OPP-99 typo'],
    });
  });
});

describe('npm run features', () => {
  it('answers from a clone alone, without the specification', () => {
    const environment = { ...process.env, LAZO_SHARED: '/nowhere' };
    const printed = execFileSync(process.execPath, ['scripts/features.ts', '--json'], { env: environment });
    const { features } = JSON.parse(printed.toString()) as {
      features: { id: string; title: string; tests: string[] }[];
    };
    expect(features).toHaveLength(221);
    expect(new Set(features.map(({ id }) => id)).size).toBe(221);
    expect(features[0]?.title).toMatch(/^CRM entity/);
  });
});
