/** Last step of a `$ref`: the name of the type, or of the definition inside of the same document. */
export function refName($ref: string): string {
  return $ref.startsWith('#/$defs/') ? $ref.slice('#/$defs/'.length) : $ref.slice($ref.lastIndexOf('/') + 1);
}
