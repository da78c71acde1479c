// A client of the API for acceptance tests: asks, acts, and says what went wrong in a line.
import type { Caller, TestCloud } from './cloud.ts';

type Outcome = { readonly userErrors: readonly { readonly code: string }[] } & Readonly<Record<string, unknown>>;

/** What a record of any kind answers. */
export type Answered = { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>;

/** A client of a running cloud; `caller` is the demo administrator's key when absent. */
export type Client = {
  /** Asks a query. @throws Error with what was answered */
  ask<Data>(query: string, variables?: object, caller?: Caller): Promise<Data>;
  /** Calls a mutation whose last word is what it answers; `fields` are those besides id and version. @throws Error with the codes of its errors */
  act<Answer = Answered>(name: string, input: object, fields?: string, caller?: Caller): Promise<Answer>;
  /** One of the demo tenant's people, by role. */
  signIn(role: string): Promise<Caller>;
  /** The id of the person who asks. */
  idOf(caller: Caller): Promise<string>;
};

/** Opens a client. The cloud is asked for at each call, since tests start it later. */
export const openClient = (cloud: () => TestCloud): Client => {
  const ask: Client['ask'] = async <Data>(query: string, variables: object = {}, caller?: Caller) => {
    const { data, errors } = await cloud().graphql<Data>(query, variables as Readonly<Record<string, unknown>>, caller);
    if (errors || !data) throw new Error(JSON.stringify(errors));
    return data;
  };
  const records = new Map<string, string>();
  /** What an operation's payload calls the record that it answers. */
  const recordOf = async (word: string): Promise<string> => {
    const known = records.get(word);
    if (known !== undefined) return known;
    const { type } = await ask<{ type: { fields: readonly { name: string }[] } | null }>(
      'query ($name: String!) { type: __type(name: $name) { fields { name } } }',
      { name: `${word}Payload` },
    );
    const found = type?.fields.find(({ name }) => name !== 'userErrors')?.name ?? '';
    records.set(word, found);
    return found;
  };
  return {
    ask,
    act: async <Answer>(name: string, input: object, fields = '', caller?: Caller) => {
      const word = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const record = `${await recordOf(word)} { id version ${fields} }`;
      const text = `mutation ($input: ${word}Input!) { done: ${name}(input: $input) { ${record} userErrors { code message path } } }`;
      const { done } = await ask<{ done: Outcome }>(text, { input }, caller);
      if (done.userErrors.length > 0) throw new Error(done.userErrors.map(({ code }) => code).join());
      const { userErrors: _none, ...answer } = done;
      return Object.values(answer)[0] as Answer;
    },
    signIn: async (role) => ({ token: await cloud().signIn(`${role}@demo.lazo.test`, `demo-${role}`) }),
    idOf: async (caller) =>
      (await ask<{ me: { user: { id: string } } }>('{ me { user { id } } }', {}, caller)).me.user.id,
  };
};

/** What an error said: `expect(await failing(act(...))).toContain('NOT_UNIQUE')`. */
export const failing = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => String(error),
  );
