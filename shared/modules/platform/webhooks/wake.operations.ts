import { hint, longestDelay } from './hint.operations.ts';
import { secondsTo, type Worker } from './worker.rules.ts';

/**
 * Sees that somebody looks again at a moment, and answers the one for which word is on its way: of all who ask for about the same
 * moment one is heard. Later than a message can wait the endpoint's own timer rings.
 */
export const wakeAt = async (
  { runtime, actor, endpoint }: Worker,
  moment: string,
  onItsWay: string | undefined,
): Promise<string | undefined> => {
  const now = runtime.clock.now();
  if (onItsWay !== undefined && onItsWay > now.toISOString() && onItsWay <= moment) return onItsWay;
  // A second more, so that nobody comes early, finds nothing due and trusts in the word that was himself.
  const delay = secondsTo(moment, now) + 1;
  if (delay > longestDelay) return undefined;
  await hint({ ports: runtime.ports, actor }, endpoint, delay);
  return moment;
};
