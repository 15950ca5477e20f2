import { endOfValue, walkItems, walkMembers } from './canonical-json.ts';
import { type PostedResource, type Refusal, postedResource } from './posted-resource.ts';
import type { JsonObject } from './required-elements.ts';

export interface PostedEntry {
  readonly position: number;
  readonly posted: PostedResource;
  /** What is wrong with the entry around the resource. */
  readonly refusal: Refusal | undefined;
}

interface EntryShape {
  readonly fullUrl?: unknown;
  readonly resource?: unknown;
  readonly request?: { readonly method?: unknown; readonly url?: unknown };
}

/** The entries of a batch or transaction Bundle; undefined where the body is no such Bundle. */
export function readBundle(body: string): PostedEntry[] | undefined {
  const bundle = parseObject(body);
  const fits = bundle?.['resourceType'] === 'Bundle' && /^(batch|transaction)$/.test(String(bundle['type']));
  const shapes: unknown = bundle?.['entry'] ?? [];
  if (!fits || !Array.isArray(shapes)) return undefined;
  const texts = resourceTexts(body);
  return shapes.map((shape: EntryShape | null, position) =>
    readEntry(shape ?? {}, position, texts[position] ?? 'null'),
  );
}

/** A JSON object, or undefined where the text is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function readEntry(shape: EntryShape, position: number, text: string): PostedEntry {
  const resource = (typeof shape.resource === 'object' ? shape.resource : null) ?? {};
  const fullUrl = typeof shape.fullUrl === 'string' ? shape.fullUrl : undefined;
  const posted = postedResource(text, position, resource as JsonObject, fullUrl);
  return { position, posted, refusal: entryRefusal(shape, posted) };
}

function entryRefusal({ request }: EntryShape, posted: PostedResource): Refusal | undefined {
  if (request?.method === undefined) {
    return { status: 400, code: 'required', diagnostics: 'request.method is missing' };
  }
  // "You can use this token only to POST" (seed)
  if (request.method !== 'POST') return { status: 403, code: 'forbidden', diagnostics: 'only POST is allowed' };
  const asked = (typeof request.url === 'string' ? request.url : '').replace(/[/?].*$/, '');
  return asked === posted.type
    ? undefined
    : { status: 400, code: 'invalid', diagnostics: 'request.url does not name the type of the resource' };
}

/** The text of each entry's resource, cut from the body as it was sent: numbers stay as written. */
function resourceTexts(body: string): string[] {
  const texts: string[] = [];
  walkMembers(body, body.indexOf('{'), (key, start) => {
    if (key !== 'entry' || body[start] !== '[') return endOfValue(body, start);
    return walkItems(body, start, (item) => {
      let text = 'null';
      const end =
        body[item] === '{'
          ? walkMembers(body, item, (name, from) => {
              const to = endOfValue(body, from);
              if (name === 'resource') text = body.slice(from, to);
              return to;
            })
          : endOfValue(body, item);
      texts.push(text);
      return end;
    });
  });
  return texts;
}
