import { randomBytes } from 'node:crypto';

import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import { array, assert, asyncProperty, dictionary, record, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isNotSealed } from '../../../adapters/temporal/not-sealed-payload.ts';
import { payloadCodec } from '../../../adapters/temporal/payload-codec.ts';

const keys = { currentKeyId: 'k1', keys: new Map([['k1', randomBytes(32)]]) };
const codec = payloadCodec(keys);

describe('what was sealed', () => {
  test('opens again, byte for byte, with all its metadata', async () => {
    const metadata = dictionary(string({ minLength: 1 }), uint8Array(), { noNullPrototype: true });
    await assert(
      asyncProperty(array(record({ metadata, data: uint8Array() })), async (payloads) => {
        const sealed = await codec.encode(payloads, workflow('transfer/a'));
        const opened = await codec.decode(sealed, workflow('transfer/a'));
        expect(opened.map(plain)).toEqual(payloads.map(plain));
      }),
    );
  });

  test('holds nothing of the content in clear', async () => {
    const [sealed] = await codec.encode([payloadOf({ family: 'Canaryname' })], workflow('transfer/a'));
    expect(Buffer.from(sealed?.data ?? []).includes('Canaryname')).toBe(false);
    expect(JSON.stringify(sealed?.metadata)).not.toContain('json/plain');
  });

  test('is different each time', async () => {
    const sealed = await codec.encode([payloadOf(1), payloadOf(1)], workflow('transfer/a'));
    expect(sealed[0]?.data).not.toEqual(sealed[1]?.data);
  });

  test('opens after a rotation, as long as the old key is in the ring', async () => {
    const rotated = payloadCodec({ currentKeyId: 'k2', keys: new Map([...keys.keys, ['k2', randomBytes(32)]]) });
    const sealed = await codec.encode([payloadOf('kept')], workflow('transfer/a'));
    expect(await valueIn(rotated.decode(sealed, workflow('transfer/a')))).toBe('kept');
  });

  test('does not open with a key that is not in the ring', async () => {
    const other = payloadCodec({ currentKeyId: 'k9', keys: new Map([['k9', randomBytes(32)]]) });
    const sealed = await codec.encode([payloadOf(1)], workflow('transfer/a'));
    await expect(other.decode(sealed, workflow('transfer/a'))).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });

  test('does not open with another key under the same id', async () => {
    const other = payloadCodec({ currentKeyId: 'k1', keys: new Map([['k1', randomBytes(32)]]) });
    const sealed = await codec.encode([payloadOf(1)], workflow('transfer/a'));
    await expect(other.decode(sealed, workflow('transfer/a'))).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });

  test('does not open when any of its bytes was changed, or when it was cut', async () => {
    const [sealed] = await codec.encode([payloadOf({ control: 'pause' })], workflow('transfer/a'));
    const data = Buffer.from(sealed?.data ?? []);
    for (const [index, byte] of data.entries()) {
      const changed = Buffer.from(data);
      changed[index] = byte ^ 1;
      for (const bad of [changed, data.subarray(0, index)]) {
        const attempt = codec.decode([{ ...sealed, data: bad }], workflow('transfer/a'));
        await expect(attempt).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
      }
    }
  });
});

describe('a payload is bound to its workflow', () => {
  test('it does not open in another workflow', async () => {
    const sealed = await codec.encode([payloadOf(1)], workflow('transfer/a'));
    await expect(codec.decode(sealed, workflow('transfer/b'))).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
    await expect(codec.decode(sealed, activity('transfer/b'))).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });

  test('it does not open in another namespace', async () => {
    const sealed = await codec.encode([payloadOf(1)], workflow('transfer/a'));
    const elsewhere = { ...workflow('transfer/a'), namespace: 'other' };
    await expect(codec.decode(sealed, elsewhere)).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });

  test('writing another workflow id into its metadata breaks the seal', async () => {
    const [sealed] = await codec.encode([payloadOf(1)], workflow('transfer/a'));
    const metadata = { ...sealed?.metadata, 'sealed-for-workflow-id': Buffer.from('transfer/b') };
    const moved = codec.decode([{ ...sealed, metadata }], workflow('transfer/b'));
    await expect(moved).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });

  test('activities of the workflow open it, and the workflow opens what they return', async () => {
    const argument = await codec.encode([payloadOf('in')], workflow('transfer/a'));
    expect(await valueIn(codec.decode(argument, activity('transfer/a')))).toBe('in');
    const result = await codec.encode([payloadOf('out')], activity('transfer/a'));
    expect(await valueIn(codec.decode(result, workflow('transfer/a')))).toBe('out');
  });

  test('what a schedule sealed opens in the workflow that it starts', async () => {
    const sealed = await codec.encode([payloadOf('nightly')], workflow('sweep'));
    expect(await valueIn(codec.decode(sealed, workflow('sweep-2026-11-23T02:00:00Z')))).toBe('nightly');
    await expect(codec.decode(sealed, workflow('sweep-2'))).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });

  test('what was sealed without a workflow opens where there is none, and in no workflow', async () => {
    const sealed = await codec.encode([payloadOf('memo')]);
    expect(await valueIn(codec.decode(sealed))).toBe('memo');
    await expect(codec.decode(sealed, workflow('transfer/a'))).rejects.toMatchObject({ code: 'PAYLOAD_UNSEALABLE' });
  });
});

describe('a payload that nobody sealed', () => {
  test('is replaced by a mark, and its content is never passed on', async () => {
    const [decoded] = await codec.decode([payloadOf({ deedId: 'd1', control: 'cancel' })], workflow('transfer/a'));
    const value: unknown = defaultPayloadConverter.fromPayload(decoded ?? {});
    expect(isNotSealed(value)).toBe(true);
    expect(value).toEqual({ carryoverPayload: 'not-sealed' });
  });

  test('does so whatever its metadata says', async () => {
    for (const payload of [{}, { data: Buffer.from('{}') }, { metadata: { encoding: Buffer.from('binary/plain') } }]) {
      expect(isNotSealed(await valueIn(codec.decode([payload], workflow('transfer/a'))))).toBe(true);
    }
  });

  test('is told apart from every real message', () => {
    for (const message of [null, undefined, 'not-sealed', { deedId: 'd1' }, []])
      expect(isNotSealed(message)).toBe(false);
  });
});

function workflow(workflowId: string): SerializationContext {
  return { type: 'workflow', namespace: 'default', workflowId };
}

function activity(workflowId: string): SerializationContext {
  return { type: 'activity', namespace: 'default', workflowId, activityId: '1', isLocal: false };
}

function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

async function valueIn(decoding: Promise<Payload[]>): Promise<unknown> {
  const [payload] = await decoding;
  return defaultPayloadConverter.fromPayload(payload ?? {});
}

/** For comparison: Buffer and Uint8Array alike, metadata by name. */
function plain({ metadata, data }: Payload): unknown {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, [...bytes]] as const);
  return { metadata: new Map(entries), data: [...(data ?? [])] };
}
