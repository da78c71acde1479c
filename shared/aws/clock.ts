// The time of day as a function sees it. The local cloud can move it ahead, so that a test need not wait a month:
// it puts milliseconds under `Symbol.for('lazo.clock.offset')` on globalThis (docs/local-cloud.md). AWS never does.
import type { Clock } from '#kernel/clock';

const offsetKey = Symbol.for('lazo.clock.offset');

const holder = globalThis as { [offsetKey]?: number };

/** The clock of this process. */
export const systemClock = (): Clock => ({ now: () => new Date(Date.now() + (holder[offsetKey] ?? 0)) });
