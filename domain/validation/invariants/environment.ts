/** What surrounds the element that an invariant stands on. */
export interface InvariantEnvironment {
  /** The resource that holds the element: `%resource`. A contained resource is one of its own. */
  readonly resource: unknown;
  /** The outermost resource, which holds the contained ones: `%rootResource`. */
  readonly rootResource: unknown;
  /** The bundle around it, if there is one: references are resolved to its entries. */
  readonly bundle?: unknown;
  /** The entries of the bundle by the end of what they are called; without it, all are looked through. */
  readonly targets?: { endingLike(url: string): readonly unknown[] } | undefined;
}
