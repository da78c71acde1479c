import type { AnyRow, Context, Registry } from '#kernel';

/** How a promise stands. `until` is absent where the record's own module finds out that it was broken. */
export type PromiseStanding = { readonly is: 'OPEN' | 'KEPT' | 'BROKEN'; readonly until?: string };

/** What somebody is to reach in a time, and has reached so far. Days are calendar days, both included. */
export type Goal = {
  /** The same goal has the same key every day. */
  readonly key: string;
  readonly title: string;
  readonly user: string;
  readonly from: string;
  readonly to: string;
  readonly target: number;
  readonly actual: number;
  readonly record?: string;
};

/** Where alerts come from besides events: promises that records hold, and goals that people have. */
export type AlertSource = { readonly key: string; readonly describes: string } & (
  | {
      readonly kind: 'PROMISE';
      /** The entity whose records hold the promise. */
      readonly of: string;
      standing(row: AnyRow): PromiseStanding;
    }
  | { readonly kind: 'GOAL'; goals(context: Context, today: string): Promise<readonly Goal[]> }
);

/** The extension point. */
export const alertSourcesPoint = 'alerts.sources';

/** What alerts can come from. */
export const sourcesIn = ({ contributions }: Pick<Registry, 'contributions'>): readonly AlertSource[] =>
  contributions(alertSourcesPoint) as readonly AlertSource[];
