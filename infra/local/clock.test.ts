import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '#aws/clock';
import { eventually, openTrialStore, type TrialStore } from '#test/support/local-parts';
import { offerToHandlers } from './clock.ts';

const day = 86_400_000;

let trial: TrialStore;

beforeEach(() => {
  trial = openTrialStore();
});

afterEach(() => {
  trial.remove();
  offerToHandlers(0);
});

describe('the local clock', () => {
  it('goes with the machine, moves ahead, and stays there over a restart', async () => {
    expect(Math.abs(trial.clock.now() - Date.now())).toBeLessThan(1_000);
    await trial.clock.moveTo(Date.now() + 3 * day);
    trial.reopen();
    expect(Math.abs(trial.clock.now() - Date.now() - 3 * day)).toBeLessThan(1_000);
  });

  it('never moves back', async () => {
    await trial.clock.moveTo(Date.now() + day);
    await trial.clock.moveTo(Date.now());
    expect(trial.clock.offset()).toBeGreaterThan(day - 1_000);
  });

  it('rings alarms that its move has passed, and only those', async () => {
    const rung: string[] = [];
    trial.clock.alarm(Date.now() + day, () => rung.push('tomorrow'));
    trial.clock.alarm(Date.now() + 40 * day, () => rung.push('in 40 days'));
    const cancel = trial.clock.alarm(Date.now() + day, () => rung.push('called off'));
    cancel();
    await trial.clock.moveTo(Date.now() + 2 * day);
    await eventually(() => rung.length > 0);
    expect(rung).toEqual(['tomorrow']);
  });

  it('tells everybody before a move is done', async () => {
    trial.clock.onMove(async (offset) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      offerToHandlers(offset);
    });
    await trial.clock.moveTo(Date.now() + day);
    expect(systemClock().now().getTime() - Date.now()).toBeGreaterThan(day - 1_000);
  });
});
