import { readOn, type Context } from '#kernel';
import { levelsAbove } from './managers.operations.ts';
import type { Post } from './posts.rules.ts';
import { User } from './user.entity.ts';
import { mostPeople } from './user.operations.ts';

/** Who reports to somebody who hands over reports to the successor; whom the successor reports to, to whoever was above. */
export const reports: Post = {
  of: User,
  heldBy: async ({ trusted }, person) => {
    const { rows } = await readOn((asked) => trusted(User).page('byName', asked), mostPeople);
    return rows.filter(({ manager }) => manager === person);
  },
  give: async (unit, id, { from, to }) => {
    const row = await unit.trusted(User).get(id);
    if (row.manager !== from) return [];
    const above = (await unit.trusted(User).find(from))?.manager;
    const manager = (await isAbove(unit, id, to)) ? (above ?? null) : to;
    return [unit.trusted(User).update(row, { manager })];
  },
};

const isAbove = async (context: Context, boss: string, person: string): Promise<boolean> =>
  boss === person || (await levelsAbove(context, [person])).flat().includes(boss);
