import { module } from '#kernel';
import { Team } from './team.entity.ts';
import { archiveTeam, assignTeams, createTeam, restoreTeam, updateTeam } from './team.operations.ts';

/** The teams, and who is in them. */
export const teams = module('platform/teams', {
  entities: [Team],
  operations: [createTeam, updateTeam, archiveTeam, restoreTeam, assignTeams],
});
export { Team } from './team.entity.ts';
export { moveToTeams } from './team.operations.ts';
export { peopleOf } from './members.rules.ts';
