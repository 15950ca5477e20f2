import proto from '@temporalio/proto';
import { expect, test } from 'vitest';

import { historyFromJson, historyToJson } from '../../../adapters/temporal/history-json.ts';

const { EventType } = proto.temporal.api.enums.v1;

// Fails with "type must be a Type" as soon as more than one copy of protobufjs is installed.
test('a history that was written as JSON is read back equal, enum names and bytes included', () => {
  const sealed = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from([0, 255, 128]) };
  const json = historyToJson({
    events: [
      {
        eventType: EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        workflowExecutionStartedEventAttributes: { taskQueue: { name: 'members' }, input: { payloads: [sealed] } },
      },
    ],
  });
  expect(json).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_STARTED');

  const read = historyFromJson(json);
  const payload = read.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  expect(Buffer.from(payload?.data ?? [])).toEqual(sealed.data);
  expect(historyToJson(read)).toBe(json);
});

test('something that is not a history is refused', () => {
  expect(() => historyFromJson('{"events": "none"}')).toThrow('array');
  expect(() => historyFromJson('not json')).toThrow('JSON');
});
