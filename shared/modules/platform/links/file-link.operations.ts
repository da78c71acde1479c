import { DomainError, publicPage, type Context } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { File, fileKey } from '#modules/platform/files';
import { refusalPage } from './web-page.rules.ts';

const purpose = 'file';
const seconds = 5 * 60;

/** A link under which anybody may fetch a file until an instant. */
export const fileLink = (context: Pick<Context, 'ports' | 'actor'>, file: string, until: string): Promise<string> =>
  linkTo(context, { purpose, record: file, until });

/** What stands behind such a link. Signed URLs of the storage live too short for a mail. */
export const filePage = publicPage(purpose, {
  describes: 'Sends whoever holds the link on to the bytes of one file.',
  refuse: refusalPage,
  run: async ({ link }, { trusted, ports, actor }) => {
    const file = await trusted(File).get(link.record);
    if (file.status !== 'READY' || file.archivedAt !== undefined)
      throw new DomainError('NOT_FOUND', 'The file is no longer there.');
    const location = await ports.files.downloadUrl(fileKey(actor.tenant, file.id), { fileName: file.name, seconds });
    return { status: 302, contentType: 'text/plain', body: '', headers: { location } };
  },
});
