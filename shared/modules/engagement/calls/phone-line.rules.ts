import type { Problem } from '#kernel';

type Extension = { readonly extension: string; readonly user: string };
type Route = { readonly called?: string; readonly choice?: string };

/** What cannot be: telephones of two people, addresses that others could listen to, routes that take everything twice. */
export const lineProblems = ({
  extensions,
  dialUrl,
}: {
  readonly extensions: readonly Extension[];
  readonly dialUrl?: string;
}): readonly Problem[] => [
  ...extensions.flatMap(({ extension }, index) =>
    extensions.findIndex((each) => each.extension === extension) === index
      ? []
      : [problem(`The extension ${extension} is there twice.`, ['extensions', index, 'extension'])],
  ),
  ...(dialUrl !== undefined && !dialUrl.startsWith('https://')
    ? [problem('Calls are asked for over https alone.', ['dialUrl'])]
    : []),
];

const problem = (message: string, path: readonly (string | number)[]): Problem => ({
  code: 'BAD_INPUT',
  message,
  path,
});

/** Whose telephones have these extensions. */
export const usersAt = (line: { readonly extensions: readonly Extension[] }, asked: readonly string[]): string[] => [
  ...new Set(line.extensions.filter(({ extension }) => asked.includes(extension)).map(({ user }) => user)),
];

/** The first route that a call takes; none when nothing is opened for it. */
export const routeFor = <R extends Route>(
  routes: readonly R[],
  call: { readonly lineNumber?: string; readonly choice?: string },
): R | undefined =>
  routes.find(
    ({ called, choice }) =>
      (called === undefined || called === call.lineNumber) && (choice === undefined || choice === call.choice),
  );
