import { DomainError, type Context } from '#kernel';
import { secretOf } from '#modules/platform/keys';
import type { AdAudienceRow } from './ad-audience.entity.ts';
import { platforms, tokenRequest, type Credential, type PlatformRequest, type Telling } from './platforms.rules.ts';

const asked = async ({ ports }: Context, { url, ...request }: PlatformRequest): Promise<string> => {
  const answer = await ports.web.fetch(url, request);
  const text = await answer.text();
  if (answer.ok) return text;
  throw new DomainError('PLATFORM_REFUSED', `${String(answer.status)} ${text}`.slice(0, 500));
};

const tokenOf = async (context: Context, { id }: AdAudienceRow): Promise<string> => {
  const kept = await secretOf(context, id);
  if (kept === undefined) throw new DomainError('NO_CREDENTIAL', 'The secret of the platform is missing.');
  const secret = JSON.parse(kept) as Credential;
  if (secret.token !== undefined) return secret.token;
  const { access_token: token } = JSON.parse(await asked(context, tokenRequest(secret))) as { access_token?: unknown };
  if (typeof token === 'string') return token;
  throw new DomainError('PLATFORM_REFUSED', 'The platform gave no token.');
};

/** Tells the platform of an audience. Done twice it is done once. @throws Error when the platform does not take it */
export const tellPlatform = async (
  context: Context,
  audience: AdAudienceRow,
  tellings: readonly Pick<Telling, 'action' | 'members'>[],
): Promise<void> => {
  const token = await tokenOf(context, audience);
  for (const telling of tellings) {
    if (telling.members.length === 0) continue;
    await asked(context, platforms[audience.platform]({ ...telling, token, destination: audience.destination }));
  }
};
