import type { Context } from '#kernel';
import type { ElectronicDocumentRow } from './electronic-document.entity.ts';

/** SQS delays a message by 15 minutes at most; a later step has the timer. */
const longestDelay = 900;

/** What a message of the queue says. */
export type ElectronicStep = { readonly tenant: string; readonly document: string };

/** Tells the queue when something is to be done for a document. It may be lost: the document's own timer tells it again. */
export const announce = async (
  { ports, actor, clock, log }: Pick<Context, 'ports' | 'actor' | 'clock' | 'log'>,
  { id, stepAt }: Pick<ElectronicDocumentRow, 'id' | 'stepAt'>,
): Promise<void> => {
  if (stepAt === undefined) return;
  const wait = Math.ceil((Date.parse(stepAt) - clock.now().getTime()) / 1000);
  if (wait > longestDelay) return;
  const body: ElectronicStep = { tenant: actor.tenant, document: id };
  try {
    await ports.queues.send('electronic', [{ body, ...(wait > 0 && { delaySeconds: wait }) }]);
  } catch (error) {
    log.warn('An electronic document was not announced to its queue; its timer will do it.', {
      document: id,
      error: String(error),
    });
  }
};
