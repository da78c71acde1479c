import type { Problem } from '#kernel';

/** What is wrong with a list of origins of web sites. */
export const originProblems = (origins: readonly string[]): readonly Problem[] =>
  origins.flatMap((origin, index) =>
    URL.canParse(origin) && new URL(origin).origin === origin
      ? []
      : [
          {
            code: 'BAD_INPUT',
            message: 'An origin is scheme, host and port: https://www.example.com.',
            path: ['origins', index],
          },
        ],
  );
