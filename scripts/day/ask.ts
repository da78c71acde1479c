// How a client of any kind speaks to the API: one POST for each question, as whoever signed in.

/** Asks one question; answers its data. @throws Error with what the API said */
export type Ask = <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Data>;

type Answer = { readonly data?: unknown; readonly errors?: readonly { readonly message: string }[] };

/** Asks as the bearer of a token or key. */
export const askAs =
  (graphql: string, token: string): Ask =>
  async <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => {
    const response = await fetch(graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Answer;
    if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
    return data as Data;
  };

/** A token for somebody's e-mail address and password. */
export const signIn = async (issuer: string, username: string, password: string): Promise<string> => {
  const form = new URLSearchParams({ grant_type: 'password', username, password });
  const response = await fetch(`${issuer}/token`, { method: 'POST', body: form });
  const { access_token: token } = (await response.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`${username} could not sign in.`);
  return token;
};

type Payload = { readonly userErrors: readonly { readonly code: string; readonly message: string }[] };

/** Calls a mutation with its one input; answers its payload. @throws Error with the broken rules */
export const mutate = async <Data>(ask: Ask, name: string, selection: string, input: object): Promise<Data> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code message } } }`;
  const { [name]: payload } = await ask<Record<string, Data & Payload>>(query, { input });
  if (!payload) throw new Error(`${name} answered nothing.`);
  const problems = payload.userErrors.map(({ code, message }) => `${code}: ${message}`);
  if (problems.length > 0) throw new Error(`${name}: ${problems.join('; ')}`);
  return payload;
};

/** Reads again until something is there: read models follow a write within a moment. @throws Error after 15 s */
export const eventually = async <Value>(
  what: string,
  read: () => Promise<Value>,
  isThere: (value: Value) => boolean,
): Promise<Value> => {
  for (const ends = Date.now() + 15_000; Date.now() < ends;) {
    const value = await read();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come about.`);
};
