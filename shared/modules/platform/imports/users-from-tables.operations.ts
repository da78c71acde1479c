import { email, optional, ref, type Context } from '#kernel';
import { Team } from '#modules/platform/teams';
import { User, type UserRow } from '#modules/platform/users';
import type { ImportAdapter, ImportValues } from './adapter.rules.ts';
import { plainHeading } from './headers.rules.ts';

const { name, phone, jobTitle, locale, timeZone, orgUnit, manager } = User.fields;

/** A table of people often has no addresses; one that reaches nobody stands for it until the person is invited. */
const placeholder = (person: string): string => `${plainHeading(person).replaceAll(' ', '.')}@users.invalid`;

/** People from tables: they are not invited, so that they sign in only once somebody invites them. */
export const userAdapter: ImportAdapter = {
  entity: 'User',
  fields: {
    name,
    email: optional(email({ describes: 'The address that the person signs in with.' })),
    phone,
    jobTitle,
    locale,
    timeZone,
    orgUnit,
    manager,
    team: optional(ref('Team', { describes: 'The team that the person belongs to.' })),
  },
  create: (given, { data }) => {
    const { team, ...values } = given as ImportValues & {
      readonly name: string;
      readonly email?: string;
      readonly team?: string;
    };
    const address = values.email ?? placeholder(values.name);
    return Promise.resolve(
      data(User).create({ ...values, email: address, roles: ['seller'], teams: team === undefined ? [] : [team] }),
    );
  },
  update: (row, given, { data }) => {
    const { team, ...values } = given as ImportValues & { readonly team?: string };
    const { teams } = row as UserRow;
    const joined = team === undefined || teams.includes(team) ? teams : [...teams, team];
    return Promise.resolve(data(User).update(row as UserRow, { ...values, teams: joined }));
  },
  finish: joinTeams,
};

/** Teams name their members: those that came with the table are added. */
async function joinTeams(ids: readonly string[], { data }: Context): Promise<void> {
  const people = [...(await data(User).getMany(ids)).values()];
  const teams = await data(Team).getMany([...new Set(people.flatMap((person) => person.teams))]);
  for (const team of teams.values()) {
    const joining = people.filter((person) => person.teams.includes(team.id)).map(({ id }) => id);
    const missing = joining.filter((id) => !team.members.includes(id));
    if (missing.length > 0) data(Team).update(team, { members: [...team.members, ...missing] });
  }
}
