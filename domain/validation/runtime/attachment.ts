interface AttachmentLike {
  readonly data?: unknown;
  readonly size?: unknown;
  readonly hash?: unknown;
}

/** True where data is there that a strict decoder does not take: white space, or padding that is not at the end or is too long. */
export function dataIsBroken({ data }: AttachmentLike): boolean {
  if (typeof data !== 'string') return false;
  const padding = data.indexOf('=');
  return /\s/.test(data) || (padding >= 0 && !/^={1,2}$/.test(data.slice(padding, padding + 4)));
}

/** True where a size is stated beside data, and it is another. */
export function sizeIsWrong({ data, size }: AttachmentLike): boolean {
  return typeof data === 'string' && typeof size === 'number' && size !== bytesOf(data);
}

/** True where a hash (SHA-1 in base64) is stated beside data, and it is another. */
export function hashIsWrong({ data, hash }: AttachmentLike): boolean {
  if (typeof data !== 'string' || typeof hash !== 'string') return false;
  // Few resources have one: the module is loaded where one does.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha1').update(Buffer.from(data, 'base64')).digest('base64') !== hash;
}

function bytesOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
