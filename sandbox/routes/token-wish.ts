import type { WriteTokenWish } from '../review/write-token.ts';

/** `{ name, birthDate, previousMemberId, lifetimeSeconds?, form?, access? }`. Throws TypeError for a wrong field. */
export function readTokenWish(body: Readonly<Record<string, unknown>>): WriteTokenWish {
  const text = (field: string): string => {
    const value = body[field];
    if (typeof value !== 'string' || value === '') throw new TypeError(`${field} is missing`);
    return value;
  };
  const { lifetimeSeconds, form, access } = body;
  const holder = { name: text('name'), birthDate: text('birthDate'), previousMemberId: text('previousMemberId') };
  return {
    holder,
    ...(typeof lifetimeSeconds === 'number' ? { lifetimeSeconds } : {}),
    ...(form === 'opaque' || form === 'jwt' ? { form } : {}),
    ...(access === 'read' || access === 'write' ? { access } : {}),
  };
}
