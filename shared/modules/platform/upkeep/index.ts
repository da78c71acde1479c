// What keeps the product whole by itself: what the log missed is found and told again, and what is due fires.
export { reconcile } from './reconcile.operations.ts';
export { fireMinute, sweepMinutes } from './timers.operations.ts';
