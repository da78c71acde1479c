import { module } from '#kernel';
import { File } from './file.entity.ts';
import { fileUrl, finishUpload, startUpload } from './file.operations.ts';
import { fileVersions, reinstateFile } from './file-versions.operations.ts';

export { File, type FileRow } from './file.entity.ts';
export { readableFile, readFile, readPieces } from './file-access.operations.ts';
export { storeFile } from './file.operations.ts';
export { storeForeignFile, type Foreign } from './foreign-file.operations.ts';
export { seenOrRefused } from './seen-picture.operations.ts';
export { assertStorable, fileKey } from './file.rules.ts';

/** Files: sent and fetched by signed URLs. */
export const files = module('platform/files', {
  entities: [File],
  operations: [startUpload, finishUpload, fileUrl, fileVersions, reinstateFile],
  contributes: {
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { File: { create: 'own', read: 'team', update: 'own', archive: 'own' } },
      },
    ],
  },
});
