import type { AnyRow, Context, Filter, Registry } from '#kernel';
import type { Words } from '#modules/platform/notifications';

/** How a promise stands. `until` is absent where the record's own module finds out that it was broken. */
export type PromiseStanding = { readonly is: 'OPEN' | 'KEPT' | 'BROKEN'; readonly until?: string };

/** What somebody is to reach in a time, and has reached so far. Days are calendar days, both included. */
export type Goal = {
  /** The same goal has the same key every day. */
  readonly key: string;
  /** What is to be reached, where it is not everything: a kind of work, a product. */
  readonly about?: string;
  /** Whose goal it is; of a team, who answers for it. */
  readonly user: string;
  readonly team?: string;
  readonly from: string;
  readonly to: string;
  readonly target: number;
  readonly actual: number;
  /** Where `target` and `actual` are money, in minor units. */
  readonly currency?: string;
  readonly record?: string;
};

/** Where alerts come from besides events: promises that records hold, and goals that people have. */
export type AlertSource = { readonly key: string; readonly describes: string } & (
  | {
      readonly kind: 'PROMISE';
      /** The entity whose records hold the promise. */
      readonly of: string;
      /** The records whose promise is open: what a new rule takes up. */
      readonly open: Filter;
      standing(row: AnyRow): PromiseStanding;
    }
  | { readonly kind: 'GOAL'; goals(context: Context, today: string): Promise<readonly Goal[]> }
);

/** The extension point. */
export const alertSourcesPoint = 'alerts.sources';

/** What alerts can come from. */
export const sourcesIn = ({ contributions }: Pick<Registry, 'contributions'>): readonly AlertSource[] =>
  contributions(alertSourcesPoint) as readonly AlertSource[];

/** By what a step can tell people, besides in the product. */
export const channelKinds = ['IN_APP', 'MAIL', 'SMS'] as const;

/** A channel that another module brings. */
export type AlertChannel = {
  readonly key: (typeof channelKinds)[number];
  /** Tells one person; answers whether that could be done. Once for the same occasion. */
  tell(context: Context, to: string, said: { readonly occasion: string; readonly text: Words }): Promise<boolean>;
};

/** The extension point for them. */
export const alertChannelsPoint = 'alerts.channels';

/** The channels that modules bring. */
export const channelsIn = ({ contributions }: Pick<Registry, 'contributions'>): readonly AlertChannel[] =>
  contributions(alertChannelsPoint) as readonly AlertChannel[];
