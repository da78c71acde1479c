/** Bytes of a file's beginning that tell what it is. */
export const tellingBytes = 4100;

/** What kind of file bytes are, with how names of such files end; nothing for text, and for what nobody knows. */
export const kindOf = async (
  bytes: Uint8Array,
): Promise<{ readonly mime: string; readonly ext: string } | undefined> => {
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    return await fileTypeFromBuffer(bytes.subarray(0, tellingBytes));
  } catch {
    // An archive that is cut off after its beginning.
    return undefined;
  }
};
