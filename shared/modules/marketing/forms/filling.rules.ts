import { given } from '#kernel';
import type { FilledValues } from './form-submission.entity.ts';

/** What fields of any form may fill: who somebody is, how to reach them, what they say. `name` is parted into given and family names. */
export const personFillings = [
  'name',
  'firstName',
  'lastName',
  'company',
  'jobTitle',
  'email',
  'phone',
  'website',
  'message',
] as const;

/** The tenant's own field that a form fills, where it is one: `custom.size` -> `size`. */
export const customKeyIn = (fills: string): string | undefined => /^custom\.(\w+)$/.exec(fills)?.[1];

/** Who sent it, and what was said. */
export const personIn = (values: FilledValues) => {
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  const [first, ...others] = text('name')?.split(' ') ?? [];
  return given({
    firstName: text('firstName') ?? first,
    lastName: text('lastName') ?? (others.join(' ') || undefined),
    company: text('company'),
    jobTitle: text('jobTitle'),
    email: text('email'),
    phone: text('phone'),
    website: text('website'),
    message: text('message'),
  });
};

/** Values of the tenant's own fields. */
export const customIn = (values: FilledValues): { readonly custom?: Readonly<Record<string, unknown>> } => {
  const own = Object.entries(values).flatMap(([name, value]) => {
    const key = customKeyIn(name);
    return key === undefined ? [] : [[key, value] as const];
  });
  return own.length === 0 ? {} : { custom: Object.fromEntries(own) };
};
