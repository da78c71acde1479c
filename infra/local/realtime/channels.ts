// Who listens on which channel now. Nothing is kept: a notice that nobody hears is gone, as in AppSync Events.

/** Takes what is said on a channel. */
export type Listener = (event: string) => void;

/** The channels of a running cloud. */
export type Channels = {
  /** Answers how to stop. */
  listen(channel: string, listener: Listener): () => void;
  publish(channel: string, events: readonly string[]): void;
};

/** Channels that nobody listens on yet. */
export function openChannels(): Channels {
  const listeners = new Map<string, Set<Listener>>();
  return {
    listen(channel, listener) {
      const others = listeners.get(channel) ?? new Set();
      listeners.set(channel, others.add(listener));
      return () => {
        others.delete(listener);
        if (others.size === 0) listeners.delete(channel);
      };
    },
    publish(channel, events) {
      for (const listener of listeners.get(channel) ?? []) for (const event of events) listener(event);
    },
  };
}
