// Messages to phones and messengers in the local cloud: each as it went over the wire, sent to nobody. It fails as providers do
// when a test asks for it.
import type { LocalClock } from '../clock.ts';
import type { Store } from '../store.ts';

/** What a test asks for, one for each call: refused for good, for haste, kept but not acknowledged, not even kept. */
export type Script = 'REFUSED' | 'THROTTLED' | 'HANG_UP' | 'DOWN';
const scripts: readonly string[] = ['REFUSED', 'THROTTLED', 'HANG_UP', 'DOWN'] satisfies Script[];

/** A message that was handed in. */
export type SentMessage = {
  readonly channel: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** What the provider was asked, word for word. */
  readonly request: unknown;
};

/** The same with its id and moment, newest first in lists. */
export type KeptMessage = SentMessage & { readonly id: string; readonly at: string };

/** All of them. */
export type Outbox = {
  /** Keeps a message and answers its id; or how the call is to end instead. */
  take(message: SentMessage): { readonly id: string } | { readonly script: Script };
  list(to?: string): readonly KeptMessage[];
  /** How the next calls end; after those all is well. */
  expect(body: Readonly<Record<string, unknown>>): readonly Script[];
};

const mostListed = 200;

/** Opens it on the durable memory. */
export function openOutbox(store: Store, clock: LocalClock): Outbox {
  store.exec(
    'CREATE TABLE IF NOT EXISTS sent_messages (sequence INTEGER PRIMARY KEY, recipient TEXT NOT NULL, message TEXT NOT NULL)',
  );
  const insert = store.prepare('INSERT INTO sent_messages (recipient, message) VALUES (?, ?)');
  const list = store.prepare(
    'SELECT sequence, message FROM sent_messages WHERE (?1 IS NULL OR recipient = ?1) ORDER BY sequence DESC LIMIT ?2',
  );
  let next: Script[] = [];
  return {
    take(message) {
      const script = next.shift();
      if (script !== undefined && script !== 'HANG_UP') return { script };
      const at = new Date(clock.now()).toISOString();
      const { lastInsertRowid } = insert.run(message.to, JSON.stringify({ ...message, at }));
      return script ? { script } : { id: idOf(lastInsertRowid) };
    },
    list: (to) =>
      list.all(to ?? null, mostListed).map(({ sequence, message }) => ({
        id: idOf(sequence),
        ...(JSON.parse(String(message)) as SentMessage & { readonly at: string }),
      })),
    expect({ next: asked }) {
      next = (Array.isArray(asked) ? asked : []).filter((each): each is Script => scripts.includes(String(each)));
      return next;
    },
  };
}

const idOf = (sequence: unknown): string => `local-${String(sequence)}`;
