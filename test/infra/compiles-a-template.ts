// An entry that compiles a template in MJML, for the test of bundles: half of what comes with MJML is left out of them.
import { wordingShown } from '#modules/platform/mail-out';

type Asking = Parameters<typeof wordingShown>;

/** Answers the HTML of a mail; words that are not saved need nothing of their context. */
export const handler = async (): Promise<string> => {
  const body =
    '<mjml><mj-head><mj-style inline="inline">.big { font-size: 40px }</mj-style></mj-head><mj-body><mj-section><mj-column><mj-text><p class="big">Ñandú</p></mj-text></mj-column></mj-section></mj-body></mjml>';
  const wording = await wordingShown({} as Asking[0], { subject: 'Hola', body }, 'es');
  return wording.compiled ?? '';
};
