// The lower bound of the handler: Apollo Server as its authors would set it up, with the same token check, the same
// table request and the same fields, and nothing else.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { handlers, startServerAndCreateLambdaHandler } from '@as-integrations/aws-lambda';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Table } from '#kernel';
import type { Issuer } from './issuer.ts';

/** What it needs: the table with the rows of a tenant, and who issues tokens. */
export type BareOptions = {
  readonly table: Table;
  readonly tenant: string;
  readonly issuer: Pick<Issuer, 'issuer' | 'audience' | 'jwksUri'>;
};

const contactType = `type Contact { id: ID! version: Int! name: String firstName: String lastName: String title: String jobTitle: String
  type: String role: String organisationName: String email: String phone: String language: String birthday: String description: String
  tags: [String!] createdAt: String! updatedAt: String! archivedAt: String }`;

const sdl = `${contactType} type Page { nodes: [Contact!]! }
type Query { contact(id: ID!): Contact contacts(account: ID!, first: Int): Page! }`;

/** Its schema; default resolvers read the attributes of items. */
export const bareSchema = (): GraphQLSchema => buildSchema(sdl, { assumeValid: true });

/** As Lambda calls it. The integration is typed against Apollo's CommonJS build, which TypeScript takes for other types. */
type Handler = (event: unknown, context: unknown, done: unknown) => Promise<{ readonly body?: string }>;
type Handle = (event: APIGatewayProxyEventV2) => Promise<{ readonly body?: string }>;

/** Opens the handler. */
export const openBareApi = (options: BareOptions, schema = bareSchema()): Handle => {
  const server = new ApolloServer({
    schema,
    rootValue: resolversOf(options),
    plugins: [ApolloServerPluginCacheControlDisabled()],
    stopOnTerminationSignals: false,
  });
  const check = tokenCheck(options);
  const open = startServerAndCreateLambdaHandler as unknown as (...parts: readonly unknown[]) => Handler;
  const call = open(server, handlers.createAPIGatewayProxyEventV2RequestHandler(), {
    context: ({ event }: { readonly event: APIGatewayProxyEventV2 }) => check(event.headers['authorization'] ?? ''),
  });
  return (event) => call(event, {}, () => undefined);
};

const tokenCheck = ({ issuer: { issuer, audience, jwksUri } }: BareOptions) => {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  return async (header: string): Promise<object> => {
    const { payload } = await jwtVerify(header.slice('Bearer '.length), keys, {
      issuer,
      audience,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'exp'],
    });
    return { subject: payload.sub };
  };
};

/** One more is read than shown, as a list does that tells whether there are more. */
const resolversOf = ({ table, tenant }: BareOptions) => ({
  contact: async ({ id }: { readonly id: string }) => {
    const item = await table.get({ pk: `${tenant}#${id}`, sk: 'row' });
    return item && { ...item, id };
  },
  contacts: async ({ account, first }: { readonly account: string; readonly first: number }) => {
    const pk = `${tenant}#${account}`;
    const { items } = await table.query({ index: 'gsi1', pk, sort: { beginsWith: 'con#' }, limit: first + 1 });
    return { nodes: items.slice(0, first).map((item) => ({ ...item, id: item.pk.slice(tenant.length + 1) })) };
  },
});
