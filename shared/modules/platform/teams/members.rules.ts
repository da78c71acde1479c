/** What is needed of a team. */
export type TeamPeople = { readonly manager?: string; readonly members: readonly string[] };

/** Everybody who belongs to a team: its members and its manager. */
export const peopleOf = ({ manager, members }: TeamPeople): readonly string[] => [
  ...new Set([...(manager === undefined ? [] : [manager]), ...members]),
];

/** Who comes and who goes between two versions of a team; nobody belongs to an absent one. */
export const comingsAndGoings = (before: TeamPeople | undefined, after: TeamPeople | undefined) => {
  const [was, is] = [before, after].map((team) => (team ? peopleOf(team) : []));
  return {
    coming: (is ?? []).filter((person) => !was?.includes(person)),
    going: (was ?? []).filter((person) => !is?.includes(person)),
  };
};
