// Lost races: another write came first. The work is run again from its reads, so that nothing is overwritten.
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { DomainError } from './errors.ts';

/** Whether the error says that another write came first. */
export const isLostRace = (error: unknown): boolean =>
  error instanceof DomainError && (error.code === 'STALE_VERSION' || error.code === 'CONFLICT');

/** Full jitter, up to 400 ms (domain.md 3.8). */
const pauseAfter = (tries: number): Promise<void> => setTimeout(randomInt(Math.min(400, 10 * 2 ** tries)));

/** Runs work, which reads afresh each time, until it wins or has lost `most` times. `isWorthwhile` says no to losses that will repeat. */
export const untilWon = async <Answer>(
  most: number,
  work: () => Promise<Answer>,
  isWorthwhile: () => boolean = () => true,
): Promise<Answer> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLostRace(error) || !isWorthwhile() || tries === most) throw error;
      await pauseAfter(tries);
    }
  }
};
