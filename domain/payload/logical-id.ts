/** True for a logical id (FHIR R4, Resource.id) that can stand in a path: dots alone would lead out of it. */
export function isLogicalId(text: string): boolean {
  return /^(?!\.+$)[A-Za-z0-9\-.]{1,64}$/.test(text);
}
