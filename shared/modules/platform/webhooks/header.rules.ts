// Headers that a receiver asks for besides those of Standard Webhooks: the key of a gateway before it, a route.
import type { Problem } from '#kernel';

/** A header that an endpoint is called with. */
export type Header = { readonly name: string; readonly value: string };

/** Said by us, or of the connection itself. */
const ours =
  /^(?:webhook-|content-|proxy-|sec-|host$|connection$|keep-alive$|transfer-encoding$|te$|trailer$|upgrade$|expect$|user-agent$)/;
const nameForm = /^[a-z0-9][a-z0-9-]*$/;
/** What is printed, and neither begins nor ends with a space: nothing that could begin another header. */
const valueForm = /^[!-~](?:[ -~]*[!-~])?$/;

/** What is wrong with headers. */
export const headerProblems = (headers: readonly Header[]): readonly Problem[] => {
  const names = headers.map(({ name }) => name.toLowerCase());
  return headers.flatMap(({ value }, index) => {
    const name = names[index] ?? '';
    const problem = (field: string, message: string): readonly Problem[] => [
      { code: 'HEADER_REFUSED', message, path: ['headers', index, field] },
    ];
    if (!nameForm.test(name)) return problem('name', 'A header has a name of letters, digits and dashes.');
    if (ours.test(name)) return problem('name', `The header ${name} is ours.`);
    if (names.indexOf(name) < index) return problem('name', `The header ${name} is there twice.`);
    return valueForm.test(value) ? [] : problem('value', 'A header says something, in ASCII and in one line.');
  });
};

/** Headers by name. */
export const headersByName = (headers: readonly Header[]): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
