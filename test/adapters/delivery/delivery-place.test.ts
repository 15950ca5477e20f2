import { describe, expect, test } from 'vitest';

import {
  deliveryPlace,
  placeName,
  placeOfBatch,
  placeOfDeliveries,
} from '../../../adapters/delivery/delivery-place.ts';
import { asBatchId } from '../../../schemas/ids.ts';

const batchId = asBatchId('bbbb0000000000000002');

describe('where deliveries go', () => {
  test('what was given goes before the environment, and that before the data directory', () => {
    const env = { CARRYOVER_DELIVER_TO: 's3://bucket/of-the-environment' };
    expect(placeName(placeOfDeliveries('/given', env, '/data/deliveries'))).toBe('/given');
    expect(placeName(placeOfDeliveries(undefined, env, '/data/deliveries'))).toBe('s3://bucket/of-the-environment');
    expect(placeName(placeOfDeliveries(undefined, {}, '/data/deliveries'))).toBe('/data/deliveries');
  });

  test.for([
    ['/data/deliveries', `/data/deliveries/${batchId}`],
    ['s3://bucket', `s3://bucket/${batchId}`],
    ['S3://bucket/a/b/', `s3://bucket/a/b/${batchId}`],
  ])('below %s each batch has its own', ([given, expected]) => {
    expect(placeName(placeOfBatch(deliveryPlace(given ?? '', {}), batchId))).toBe(expected);
  });

  test.for([
    's3://',
    's3://Bucket',
    's3://b/x',
    's3://bucket/a//b',
    's3://bucket/../b',
    's3://bucket/a?b=c',
    's3://bucket/ü',
  ])('%s is no place', (given) => {
    expect(() => deliveryPlace(given, {})).toThrow('USAGE');
  });
});

describe('the settings of S3', () => {
  const settingsOf = (env: NodeJS.ProcessEnv) => {
    const place = deliveryPlace('s3://bucket', env);
    return place.kind === 's3' ? place.settings : undefined;
  };

  test.for([
    [{}, false],
    [{ AWS_ENDPOINT_URL_S3: 'https://s3.example.com' }, true],
    [{ AWS_ENDPOINT_URL: 'https://s3.example.com' }, true],
    [{ AWS_ENDPOINT_URL_S3: 'https://s3.example.com', CARRYOVER_S3_ADDRESSING: 'virtual' }, false],
    [{ CARRYOVER_S3_ADDRESSING: 'path' }, true],
  ] as const)(
    'the bucket stands in the path where another endpoint is set, or where it is asked for: %o',
    ([env, pathStyle]) => {
      expect(settingsOf(env)).toEqual({ pathStyle });
    },
  );

  test('a KMS key means encryption with it', () => {
    const encryption = { algorithm: 'aws:kms', kmsKeyId: 'alias/deliveries' };
    expect(settingsOf({ CARRYOVER_S3_SSE_KMS_KEY_ID: 'alias/deliveries' })).toMatchObject({ encryption });
    expect(settingsOf({ CARRYOVER_S3_SSE: 'AES256' })).toMatchObject({ encryption: { algorithm: 'AES256' } });
  });

  test.for([
    { CARRYOVER_S3_SSE: 'rot13' },
    { CARRYOVER_S3_SSE: 'AES256', CARRYOVER_S3_SSE_KMS_KEY_ID: 'alias/deliveries' },
    { CARRYOVER_S3_ADDRESSING: 'dns' },
  ])('what nobody knows is refused: %o', (env) => {
    expect(() => settingsOf(env)).toThrow('USAGE');
  });
});
