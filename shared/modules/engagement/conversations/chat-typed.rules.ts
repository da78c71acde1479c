import { createHash } from 'node:crypto';
import { DomainError, type PageRequest } from '#kernel';
import { emailForm } from '#kernel/validate-text';

/** Signs of one message. */
export const mostTyped = 4000;

/** What a visitor sends. */
export type Typed = { readonly key: string; readonly text: string; readonly name: string; readonly email: string };

/** What was typed, into a form or by a program. @throws BAD_INPUT */
export const typedIn = (request: PageRequest): Typed => {
  const { key = '', text = '', name = '', email = '' } = sentIn(request);
  const typed = { key, text: text.trim(), name: name.trim().slice(0, 100), email: email.trim().toLowerCase() };
  if (!/^[\w-]{16,60}$/.test(key)) throw wrong('key', 'A message has a key of 16 to 60 signs of its own.');
  if (typed.text.length > mostTyped) throw wrong('text', `A message has at most ${String(mostTyped)} signs.`);
  if (typed.email !== '' && !(typed.email.length <= 254 && emailForm.test(typed.email)))
    throw wrong('email', 'That is no e-mail address.');
  return typed;
};

const wrong = (field: string, message: string): DomainError => new DomainError('BAD_INPUT', message, [field]);

const sentIn = ({ body, headers }: PageRequest): Readonly<Record<string, string>> => {
  if (headers['content-type']?.startsWith('application/json') !== true)
    return Object.fromEntries(new URLSearchParams(body));
  try {
    const value = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    return Object.fromEntries(Object.entries(value ?? {}).map(([name, each]) => [name, String(each)]));
  } catch {
    throw new DomainError('BAD_INPUT', 'The body is no JSON.');
  }
};

/** What a visitor's key is known as: whoever reads it among our records cannot write as the visitor. */
export const knownAs = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32);
