import type { Hashes } from './identities.rules.ts';
import type { AdAudienceRow } from './ad-audience.entity.ts';

/** What a platform is told of some people. */
export type Telling = {
  readonly action: 'ADD' | 'REMOVE';
  readonly destination: string;
  readonly token: string;
  readonly members: readonly Hashes[];
};

/** A request to a platform; all of them take the same people twice without harm. */
export type PlatformRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const request = (url: string, method: string, token: string, body: object): PlatformRequest => ({
  url,
  method,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Meta: custom audiences of the Marketing API. */
const meta = ({ action, destination, token, members }: Telling): PlatformRequest => {
  const data = members.map(({ emailHash = '', phoneHash = '' }) => [emailHash, phoneHash]);
  const url = `https://graph.facebook.com/v25.0/${destination}/users`;
  const body = { payload: { schema: ['EMAIL', 'PHONE'], data } };
  return request(url, action === 'ADD' ? 'POST' : 'DELETE', token, body);
};

/** Google: user lists of the Data Manager API. */
const google = ({ action, destination, token, members }: Telling): PlatformRequest => {
  const [accountId, productDestinationId] = destination.split('/');
  const isAdding = action === 'ADD';
  const agreed = { adUserData: 'CONSENT_GRANTED', adPersonalization: 'CONSENT_GRANTED' };
  const terms = { customerMatchTermsOfServiceStatus: 'ACCEPTED' };
  return request(
    `https://datamanager.googleapis.com/v1/audienceMembers:${isAdding ? 'ingest' : 'remove'}`,
    'POST',
    token,
    {
      destinations: [{ operatingAccount: { accountType: 'GOOGLE_ADS', accountId }, productDestinationId }],
      audienceMembers: members.map(({ emailHash, phoneHash }) => ({
        userData: {
          userIdentifiers: [
            ...(emailHash === undefined ? [] : [{ emailAddress: emailHash }]),
            ...(phoneHash === undefined ? [] : [{ phoneNumber: phoneHash }]),
          ],
        },
      })),
      encoding: 'HEX',
      ...(isAdding && { consent: agreed, termsOfService: terms }),
    },
  );
};

const other = ({ action, destination, token, members }: Telling): PlatformRequest =>
  request(destination, 'POST', token, { action, members });

/** How each platform is told. */
export const platforms: Readonly<Record<AdAudienceRow['platform'], (telling: Telling) => PlatformRequest>> = {
  META: meta,
  GOOGLE: google,
  OTHER: other,
};

/** What a platform's secret has to hold: a token that lasts, or what Google gives tokens for an hour for. */
export type Credential = {
  readonly token?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly refreshToken?: string;
};

/** Asks Google for a token for an hour (OAuth 2.0, RFC 6749 section 6). */
export const tokenRequest = ({ clientId = '', clientSecret = '', refreshToken = '' }: Credential): PlatformRequest => ({
  url: 'https://oauth2.googleapis.com/token',
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  }).toString(),
});
