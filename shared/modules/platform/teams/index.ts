import { module } from '#kernel';
import { posts } from '#modules/platform/users';
import { Team } from './team.entity.ts';
import { archiveTeam, assignTeams, createTeam, leading, restoreTeam, updateTeam } from './team.operations.ts';

/** The teams, and who is in them. */
export const teams = module('platform/teams', {
  entities: [Team],
  operations: [createTeam, updateTeam, archiveTeam, restoreTeam, assignTeams],
  contributes: { [posts]: [leading] },
});
export { Team } from './team.entity.ts';
export { moveToTeams } from './team.operations.ts';
export { peopleOf } from './members.rules.ts';
