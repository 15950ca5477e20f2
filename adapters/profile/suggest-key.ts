import { closest, distance } from 'fastest-levenshtein';

import { type ProfileKey, profileSchema } from './profile-schema.ts';

/** What somebody may have meant by a key that there is not: the nearest of its section, or the section that does have it. */
export function suggestKey(
  section: readonly string[],
  unknownKey: string,
  schema: ProfileKey = profileSchema,
): string | undefined {
  const siblings = Object.keys(sectionAt(section, schema)?.properties ?? {});
  const begun = siblings.find((key) => key.startsWith(unknownKey));
  const nearest = begun ?? (siblings.length === 0 ? undefined : closest(unknownKey, siblings));
  const near =
    begun !== undefined ||
    (nearest !== undefined && distance(nearest, unknownKey) <= Math.max(2, unknownKey.length / 3));
  if (nearest !== undefined && near) return [...section, nearest].join('.');
  return profileKeys(schema).find((key) => key.endsWith(`.${unknownKey}`) || key === unknownKey);
}

/** Every key of a profile with its tables, such as `send.max_entries`; tables themselves are left out. */
export function profileKeys(section: ProfileKey = profileSchema, prefix = ''): string[] {
  return Object.entries(section.properties ?? {}).flatMap(([name, key]) =>
    key.properties === undefined ? [prefix + name] : profileKeys(key, `${prefix}${name}.`),
  );
}

/** The description of a key or table of the profile, or of another schema. */
export function sectionAt(path: readonly string[], schema: ProfileKey = profileSchema): ProfileKey | undefined {
  return path.reduce<ProfileKey | undefined>((section, name) => section?.properties?.[name], schema);
}
