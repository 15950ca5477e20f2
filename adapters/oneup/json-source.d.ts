/** Exact numbers in JSON (ECMAScript proposal "JSON.parse source text access", in Node since 22). */
interface JSON {
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): { readonly rawJSON: string };
}
