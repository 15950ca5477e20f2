import type { Environment } from './environment.ts';

interface ReferenceLike {
  readonly reference?: unknown;
  readonly type?: unknown;
}

interface Profiles {
  readonly profiles: readonly string[];
  /** Types that may stand here whatever their profile. */
  readonly types: readonly string[];
}

/** Why a Reference must not point where it points; undefined where nothing is wrong or nothing can be known. */
export function targetProblem(
  { reference, type: stated }: ReferenceLike,
  types: ReadonlySet<string>,
  profiles: Profiles | undefined,
  e: Environment,
): string | undefined {
  if (typeof reference !== 'string') return undefined;
  if (typeof stated === 'string' && !types.has(stated) && !types.has('Resource')) return wrongType;
  const target = targetOf(reference, e);
  const type = target === undefined ? knownTypeInUrl(reference, e) : target['resourceType'];
  if (typeof type === 'string' && !types.has(type) && !types.has('Resource')) return wrongType;
  if (target === undefined || profiles === undefined || profiles.types.includes(String(type))) return undefined;
  return e.matchesAny(profiles.profiles, target)
    ? undefined
    : 'The resource that is pointed at conforms to none of the profiles that may stand here.';
}

/** True where a Reference states another type than the one that its target has, or that its URL names. */
export function statedTypeIsWrong({ reference, type: stated }: ReferenceLike, e: Environment): boolean {
  if (typeof stated !== 'string' || typeof reference !== 'string') return false;
  const type = targetOf(reference, e)?.['resourceType'] ?? knownTypeInUrl(reference, e);
  return typeof type === 'string' && type !== stated;
}

/** The target where it is at hand: contained, or in the Bundle. */
function targetOf(reference: string, e: Environment): ReturnType<Environment['resolve']> {
  return reference.startsWith('#') || e.bundle !== undefined ? e.resolve(reference) : undefined;
}

const wrongType = 'The reference points at a type of resource that may not stand here.';

/** A name that is no type of R4 says nothing. The abstract ones are names of types, although nothing is of them. */
function knownTypeInUrl(url: string, e: Environment): string | undefined {
  const type = typeInUrl(url);
  if (type === 'DomainResource' || type === 'Resource') return type;
  return type === undefined || e.rules.resource(type) === undefined ? undefined : type;
}

/** `Patient` of `Patient/1`, `http://server/fhir/Patient/1/_history/2`; undefined where the URL does not say. */
export function typeInUrl(url: string): string | undefined {
  const path = withoutEnd(url);
  const history = path.lastIndexOf('/_history/');
  const id = path.lastIndexOf('/', history < 0 ? path.length : history - 1);
  if (id <= 0) return undefined;
  const type = path.slice(path.lastIndexOf('/', id - 1) + 1, id);
  return /^[A-Z][A-Za-z]+$/.test(type) ? type : undefined;
}

/** Slashes at the end are passed over: `Patient/` names no id, and so no type. */
function withoutEnd(url: string): string {
  let end = url.length;
  while (end > 0 && url.charCodeAt(end - 1) === 0x2f) end -= 1;
  return end === url.length ? url : url.slice(0, end);
}
