// How the fields of values that are no records of their own are read.
import type { AnyField } from '#kernel';
import type { Api } from './request.ts';

type Values = Readonly<Record<string, unknown>>;
type Read = (value: unknown, api: Api) => unknown;
type Resolve = (source: Values, args: unknown, api: Api) => unknown;

/** As it stands, or by `read`; not at all by those from whom the field is hidden that it is seen with. */
export const valueResolver = (
  name: string,
  { seenWith }: AnyField,
  read: Read | undefined,
): { readonly resolve?: Resolve } => {
  const shown: Resolve | undefined = read && ((source, _args, api) => read(source[name], api));
  if (seenWith === undefined) return shown ? { resolve: shown } : {};
  return {
    resolve: (source, args, api) => {
      if (api.hidden?.has(seenWith)) return undefined;
      return shown ? shown(source, args, api) : source[name];
    },
  };
};
