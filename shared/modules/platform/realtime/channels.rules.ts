import type { DomainEvent, RealtimeNotice } from '#kernel';

/** The namespace of all channels. */
const namespace = '/crm/';

/** The channel of a person in a tenant. A channel has letters, digits and dashes, so that ids lose their underscore. */
export const channelOf = (tenant: string, user: string): string =>
  `${namespace}${[tenant, user].map((id) => id.replace('_', '-')).join('/')}`;

/** The tenant that a channel names. */
export const tenantIn = (channel: string): string => (channel.split('/')[2] ?? '').replace('-', '_');

/** What is told of an event. */
export const noticeOf = ({ id, type, record }: DomainEvent): RealtimeNotice => ({
  id,
  type,
  record: { type: record.type, id: record.id, version: record.version },
});

/** Whether an event is told at once: mass work and what the product keeps up by itself are found at the next reading. */
export const isTold = ({ silent, aside }: DomainEvent): boolean => silent !== true && aside !== true;

/** Events that concern people whoever they are looking at: a call that rings. Modules contribute to the extension point. */
export type NoticeSource = {
  /** Types: `notification.created`, `phoneCall.*`. */
  readonly on: readonly string[];
  /** Whom it concerns: ids of people, all of whom may read the record. Pure. */
  to(event: DomainEvent): readonly string[];
};
/** The extension point for them. */
export const noticeSources = 'realtime.notices';
