import type { DomainEvent, Runtime } from '#kernel';
import { advanceRun, type RunToAdvance } from './advance.operations.ts';
import { takeCall, type HookCall } from './hook.operations.ts';
import { hearEvent } from './hear.operations.ts';
import { removeExpired, type Expired } from './kept-runs.operations.ts';
import { lookBack, type LookingBack } from './look-back.operations.ts';
import { startScheduled, type Firing } from './scheduled.operations.ts';

/** What the queue `workflows` carries: events from the bus, runs that can go on, moments of timetables, calls from outside. */
export type WorkflowMessage =
  { readonly detail: DomainEvent } | RunToAdvance | LookingBack | Expired | Firing | HookCall;

/** Does what a message asks for. Any message may come any number of times. */
export const runWorkflows = (runtime: Runtime, message: WorkflowMessage): Promise<void> => {
  if ('detail' in message) return hearEvent(runtime, message.detail);
  if ('looksBack' in message) return lookBack(runtime, message);
  if ('expired' in message) return removeExpired(runtime, message);
  if ('run' in message) return advanceRun(runtime, message);
  return 'firing' in message ? startScheduled(runtime, message) : takeCall(runtime, message);
};
