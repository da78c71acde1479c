// The trial system's background function: writes down what it was called with, and fails where it is told to.
import { systemClock } from '#aws/clock';
import { openPorts } from '#aws/ports';

type Message = { readonly messageId: string; readonly body: string };

const ports = openPorts();

/** Notes each message, or the whole event of a schedule. */
export const handler = async (event: { readonly Records?: readonly Message[] }): Promise<unknown> => {
  if (!event.Records) return note('t1#schedule', event);
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    const content = JSON.parse(body) as { readonly detail?: { readonly id?: string; readonly poison?: string } };
    if (content.detail?.poison === 'queue') failed.push(messageId);
    else await note(content.detail?.id ?? 't1#message', content);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

const note = async (pk: string, what: unknown): Promise<void> => {
  const at = systemClock().now().toISOString();
  const update = {
    text: 'SET notes = list_append(if_not_exists(notes, :none), :note)',
    values: { ':none': [], ':note': [{ at, what }] },
  };
  await ports.table.write({ kind: 'update', key: { pk, sk: 'seen' }, update });
};
