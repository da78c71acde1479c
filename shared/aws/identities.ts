// Accounts at the sign-in service: a Cognito user pool, or the issuer of a local cloud.
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { Identities } from '#kernel/ports';
import type { Environment } from './environment.ts';
import { once } from './once.ts';

type User = Parameters<Identities['invite']>[0];
type Identity = Awaited<ReturnType<Identities['invite']>>;

const cognitoPrefix = 'cognito:';

/** The sign-in service that the environment names. */
export function openIdentities(environment: Environment): Identities {
  const open = once(async () => {
    const place = environment.identities;
    return place.startsWith(cognitoPrefix)
      ? openCognito(environment, place.slice(cognitoPrefix.length))
      : openIssuer(place);
  });
  return { invite: async (user) => (await open())(user) };
}

type Invite = (user: User) => Promise<Identity>;

const openCognito = async (environment: Environment, pool: string): Promise<Invite> => {
  const { CognitoIdentityProvider: Client } = await import('@aws-sdk/client-cognito-identity-provider');
  const client = new Client({});
  const issuer = environment.issuers.find((candidate) => candidate.issuer.endsWith(`/${pool}`))?.issuer;
  if (!issuer) throw new Error(`OIDC_ISSUERS does not name the user pool ${pool}.`);
  return async (user) => ({ issuer, ...(await ensureUser(client, pool, user)) });
};

/** An existing account keeps its password; its owner is the same person, whoever invites. */
const ensureUser = async (
  client: CognitoIdentityProvider,
  pool: string,
  user: User,
): Promise<Omit<Identity, 'issuer'>> => {
  const UserPoolId = pool;
  const Username = user.email;
  try {
    const { User: made } = await client.adminCreateUser({ UserPoolId, Username, ...newAccount(user) });
    if (user.password)
      await client.adminSetUserPassword({ UserPoolId, Username, Password: user.password, Permanent: true });
    return { subject: subjectOf(made?.Attributes), isNew: true };
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UsernameExistsException')) throw error;
    const { UserAttributes } = await client.adminGetUser({ UserPoolId, Username });
    return { subject: subjectOf(UserAttributes), isNew: false };
  }
};

/** With a password there is nothing to tell; without one Cognito mails a temporary password. */
const newAccount = ({ email, name, password }: User) => ({
  UserAttributes: [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'name', Value: name },
  ],
  ...(password ? { MessageAction: 'SUPPRESS' as const } : { DesiredDeliveryMediums: ['EMAIL' as const] }),
});

type Attribute = { readonly Name?: string | undefined; readonly Value?: string | undefined };

const subjectOf = (attributes: readonly Attribute[] | undefined): string => {
  const subject = attributes?.find(({ Name }) => Name === 'sub')?.Value;
  if (!subject) throw new Error('Cognito answered an account without a subject.');
  return subject;
};

const openIssuer = (url: string): Invite => {
  const place = `${url.replace(/\/+$/, '')}/admin/users`;
  return async (user) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(place, { method: 'POST', headers, body: JSON.stringify(user) });
    if (!response.ok) throw new Error(`${place} answered ${String(response.status)}: ${await response.text()}`);
    return (await response.json()) as Identity;
  };
};
