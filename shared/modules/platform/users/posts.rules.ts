import type { AnyEntity, AnyRow, Context } from '#kernel';

/** From whom to whom; with what is closed, or only what still asks for work. */
export type HandOver = { readonly from: string; readonly to: string; readonly closedToo?: boolean | undefined };

/** What a person is besides the owner of records: who leads a team, who is reported to, who is to decide. */
export type Post = {
  readonly of: AnyEntity;
  /** The records that name the person. */
  heldBy(context: Context, person: string): Promise<readonly AnyRow[]>;
  /** Puts somebody else there; answers every record that it changed. */
  give(unit: Context, id: string, handOver: HandOver): Promise<readonly AnyRow[]>;
};

/** The extension point. */
export const posts = 'users.posts';
