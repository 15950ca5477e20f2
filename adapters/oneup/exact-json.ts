/**
 * JSON.parse that keeps numbers as they were written: 1.10 stays 1.10 when the value is stringified again ("the precision of
 * the decimal value has significance", FHIR R4). Such a number is an object with the text in its `rawJSON`.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value,
  );
}
