// Scheduler -> timers: the minute that has come, or the hourly sweep of those that were missed.
import middy from '@middy/core';
import { fireMinute, sweepMinutes } from '#modules/platform/upkeep';
import { openRuntime } from './runtime.ts';

type Wake = { readonly minute: string } | { readonly task: 'sweep' };

/** An hour and some, so that sweeps overlap. */
const sweptMinutes = 75;

/** Fires due timers; what fails is found again by the sweep. */
export const handler = middy<Wake>().handler(async (event) => {
  const runtime = openRuntime();
  if ('minute' in event) await fireMinute(runtime, event.minute.slice(0, 16));
  else await sweepMinutes(runtime, sweptMinutes);
});
