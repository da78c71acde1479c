import { module } from '#kernel';
import { Team } from './team.entity.ts';

/** The teams. */
export const teams = module('platform/teams', { entities: [Team] });
export { Team } from './team.entity.ts';
