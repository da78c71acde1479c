// Who listens on which channel now. Nothing is kept: a notice that nobody hears is gone, as in AppSync Events.

/** Takes what is said on a channel. */
export type Listener = (event: string) => void;

/** The channels of a running cloud. */
export type Channels = {
  /** Answers how to stop; undefined where enough listen already. */
  listen(channel: string, listener: Listener): (() => void) | undefined;
  publish(channel: string, events: readonly string[]): void;
};

/** A channel is that of a person, who has so many pages open at most. */
const mostOfChannel = 20;
const mostOfTenant = 1000;

/** `/<namespace>/<tenant>/<user>`. */
const tenantOf = (channel: string): string => channel.split('/')[2] ?? '';

/** Channels that nobody listens on yet. */
export function openChannels(): Channels {
  const tenants = new Map<string, Set<Listener>>();
  const listeners = new Map<string, Set<Listener>>();
  return {
    listen(channel, hear) {
      const tenant = tenantOf(channel);
      const colleagues = tenants.get(tenant) ?? new Set();
      const others = listeners.get(channel) ?? new Set();
      if (others.size >= mostOfChannel || colleagues.size >= mostOfTenant) return undefined;
      // Its own value, so that one who listens twice is two.
      const listener: Listener = (event) => {
        hear(event);
      };
      tenants.set(tenant, colleagues.add(listener));
      listeners.set(channel, others.add(listener));
      return () => {
        leave(tenants, tenant, listener);
        leave(listeners, channel, listener);
      };
    },
    publish(channel, events) {
      for (const listener of listeners.get(channel) ?? []) for (const event of events) listener(event);
    },
  };
}

const leave = (groups: Map<string, Set<Listener>>, name: string, listener: Listener): void => {
  const group = groups.get(name);
  group?.delete(listener);
  if (group?.size === 0) groups.delete(name);
};
