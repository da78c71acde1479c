import { describe, expect, it } from '@jest/globals';
import type { DomainError } from '#kernel';
import { withPlans } from '#test/support/planning';
import { said } from '#test/support/plans';
import { Enrolment } from './index.ts';

const plans = withPlans();
const { enrol, me, run, sequence, settle, speak, step } = plans;

describe('steps of other modules', () => {
  it('are done when their time has come, and branch by their result', async () => {
    said.length = 0;
    const steps = [
      speak('HELLO', 'hello', { offset: { amount: 1, unit: 'WORKING_HOURS' } }),
      speak('BYE', 'bye', { branches: [{ when: 'RESULT', results: ['over'] }] }),
      step('NEVER'),
    ];
    const [row] = (await enrol((await sequence(steps)).id)).enrolments;
    await settle();
    expect(said).toEqual([]);
    await plans.domain.advanceTo('2026-11-23T16:01:00.000Z');
    expect(said).toEqual([`hello ${plans.account}`, `bye ${plans.account}`]);
    expect(
      await plans.domain
        .reader()
        .data(Enrolment)
        .get(row?.id ?? ''),
    ).toMatchObject({ endReason: 'BRANCH' });
  });

  it('that cannot be done hold the record at the step, for people to see', async () => {
    const { id } = await sequence([speak('HELLO', 'fail'), step('A')]);
    const [row] = (await enrol(id)).enrolments;
    expect(row).toMatchObject({ status: 'PAUSED', step: 'HELLO', problem: 'It cannot speak.' });
    const other = await sequence([step('A')]);
    await run('archiveActivityType', { id: plans.call, version: 1 });
    const [stuck] = (await enrol(other.id)).enrolments;
    expect(stuck).toMatchObject({ status: 'PAUSED', problem: 'Its kind of work is archived.' });
    await run('restoreActivityType', { id: plans.call, version: 2 });
    expect(await run('resumeEnrolment', { id: stuck?.id }, me())).toMatchObject({
      status: 'RUNNING',
      step: 'A',
    });
  });
});

describe('a definition', () => {
  const broken = (given: object): Promise<string> =>
    run('createSequence', { name: 'Broken', of: 'Account', steps: [step('A')], ...given }).then(
      () => 'nothing failed',
      (error: unknown) => (error as DomainError).problems.map(({ path }) => (path ?? []).join('.')).join(),
    );
  it('is refused with where it is wrong', async () => {
    const days = { amount: 1, unit: 'DAYS' };
    const wrong: readonly [string, object][] = [
      ['steps', { steps: [] }],
      ['of', { of: 'Nobody' }],
      ['of', { of: 'Holiday' }],
      ['steps.1.key', { steps: [step('A'), step('A')] }],
      ['steps.0.subject', { steps: [{ key: 'A', activityType: plans.call, offset: days }] }],
      ['steps.0.person', { steps: [step('A', { doneBy: 'PERSON' })] }],
      ['steps.0.branches.0.to', { steps: [step('A', { branches: [{ when: 'RESULT', to: 'Z' }] })] }],
      ['steps.0.offset.amount', { steps: [step('A', { offset: { ...days, amount: -1 } })] }],
      ['steps.0.offset.field', { steps: [step('A', { offset: { ...days, from: 'FIELD', field: 'name' } })] }],
      ['steps.0.condition.nope', { steps: [step('A', { condition: { nope: { eq: 1 } } })] }],
      ['steps.0.kind', { steps: [step('A', { kind: 'DANCE' })] }],
      ['steps.0.settings', { steps: [speak('A', 7)] }],
      ['steps.0.branches.0.to', { steps: [speak('A', 'a', { branches: [{ when: 'RESULT', to: 'A' }] })] }],
      ['goal.nope', { goal: { nope: { eq: 1 } } }],
      ['starts.0.on', { starts: [{ on: 'account.exploded' }] }],
      ['starts.0.record', { starts: [{ on: 'contact.created' }] }],
      ['ends.0.where.nope', { ends: [{ on: 'account.updated', where: { nope: { eq: 1 } } }] }],
    ];
    const found: string[] = [];
    for (const [, given] of wrong) found.push(await broken(given));
    expect(found).toEqual(wrong.map(([path]) => path));
  });

  it('names the kinds of steps that there are', async () => {
    const { kinds } = await run<{ kinds: { key: string }[] }>('stepKinds', {});
    expect(kinds.map(({ key }) => key)).toEqual(['ACTIVITY', 'SPEAK']);
  });
});
