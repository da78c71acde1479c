import type { Context } from '#kernel';
import { User } from './user.entity.ts';

/** Levels of managers that are followed upwards, at most. */
export const mostLevels = 20;

/**
 * Who stands above people, level by level, the nearest first: those to whom they report, those to whom these report. Nobody
 * stands there twice, so a circle ends where it closes. A level is one read, however many people it has.
 */
export const levelsAbove = async (
  { trusted }: Pick<Context, 'trusted'>,
  people: readonly string[],
  most = mostLevels,
): Promise<readonly (readonly string[])[]> => {
  const levels: (readonly string[])[] = [];
  const seen = new Set(people);
  for (let below = people; levels.length < most;) {
    const found = await trusted(User).getMany(below);
    const managers = new Set([...found.values()].flatMap(({ manager }) => manager ?? []));
    const above = [...managers].filter((id) => !seen.has(id));
    if (above.length === 0) break;
    for (const id of above) seen.add(id);
    levels.push(above);
    below = above;
  }
  return levels;
};
