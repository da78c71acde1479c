import { isId, type Context } from '#kernel';
import type { AfterRestoring } from '#modules/platform/tenants';
import { forget, type Forgetting } from './forgetting.operations.ts';

/** An erasure as it is remembered: when, and the ids of what it removed. It names nobody. */
type Erasure = { readonly at: string; readonly ids: readonly string[] };

const folderOf = (tenant: string): string => `${tenant}/erasures/`;

/** Remembers an erasure beside the backups, where it outlives the table; a backup from before it must not bring back what it removed. */
export const noteErasure = async ({ ports, actor, clock }: Context, ids: readonly string[]): Promise<void> => {
  const [first] = ids;
  if (first === undefined) return;
  const erasure: Erasure = { at: clock.instant(), ids };
  await ports.files.put(`${folderOf(actor.tenant)}${first}.json`, JSON.stringify(erasure), 'application/json');
};

/** Erasures that are replayed in one walk. */
const together = 50;

type Progress = { readonly done: number; readonly at?: Forgetting };

/** What was erased after a backup began is erased in what is made of it, before anybody comes in. */
export const replayErasures: AfterRestoring = {
  name: 'erasures',
  step: async (context, { source, since }, cursor) => {
    const { done, at = {} }: Progress = cursor === undefined ? { done: 0 } : (JSON.parse(cursor) as Progress);
    const erasures = await erasuresSince(context, source, since);
    const batch = erasures.slice(done, done + together);
    if (batch.length === 0) return undefined;
    const ids = batch.flatMap((erasure) => erasure.ids);
    const own = ids.filter((id) => isId(id));
    const { next } = await forget(context, { own, gone: () => Promise.resolve([]) }, at);
    if (next) return JSON.stringify({ done, at: next });
    await noteErasure(context, ids);
    return JSON.stringify({ done: done + together });
  },
};

const erasuresSince = async (
  { ports: { files } }: Context,
  tenant: string,
  since: string,
): Promise<readonly Erasure[]> => {
  const keys = await files.list(folderOf(tenant));
  const all = await Promise.all(keys.map(async ({ key }) => Buffer.from((await files.get(key)) ?? []).toString()));
  return all
    .flatMap((text) => (text === '' ? [] : [JSON.parse(text) as Erasure]))
    .filter(({ at }) => at >= since)
    .toSorted((left, right) => (left.at < right.at ? -1 : 1));
};
