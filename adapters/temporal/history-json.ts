import { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';

/** Writes a history as Temporal's own tools do. `JSON.stringify` would lose enum names and bytes. */
export function historyToJson(history: History): string {
  return historyToJSON(history);
}

/** Reads what `historyToJson` or `temporal workflow show --output json` wrote. Throws on anything else. */
export function historyFromJson(json: string): History {
  return historyFromJSON(JSON.parse(json));
}
