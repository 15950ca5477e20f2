import { defineConfig } from 'vitest/config';

/** Tests that need a Temporal server: one is started for all of them. */
const serverTests = [
  'test/end-to-end/**/*.test.ts',
  'test/worker/**/*.test.ts',
  'test/workflows/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/replay.test.ts',
  'test/adapters/temporal/dev-server.test.ts',
];

/** Tests that start programs or many processes, or load all of FHIR's definitions: seconds each, without a Temporal server. */
const processTests = [
  'test/sandbox/durability.test.ts',
  'test/sandbox/mail.test.ts',
  'test/adapters/ledger/four-writers.test.ts',
  'test/adapters/temporal/workflow-bundle.test.ts',
  'test/tools/**/*.test.ts',
  'test/adapters/mail/send-mail.test.ts',
  'test/fixtures/**/*.test.ts',
  'test/domain/payload/real-records.test.ts',
  'test/adapters/fhir/foreign-server.test.ts',
  'test/compiler/plain-json-schema.test.ts',
  'test/compiler/committed-schemas.test.ts',
  'test/compiler/fhirpath/agrees-with-fhirpath.test.ts',
  'test/conformance/recorded-verdicts.test.ts',
];

/** Tests that need more than Node and Temporal: `npm run test:full` brings it up, `npm test` leaves them out. */
const fullTests = ['test/full/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...serverTests, ...processTests, ...fullTests],
          pool: 'forks',
          // The files share their modules: a third of the time would go into loading the same ones again.
          isolate: false,
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'processes',
          include: processTests,
          pool: 'forks',
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'server',
          include: serverTests,
          pool: 'forks',
          // After the quick ones, and few at once: each file runs workers and sandboxes of its own.
          sequence: { groupOrder: 2 },
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/temporal-global-setup.ts'],
        },
      },
      {
        test: {
          name: 'full',
          include: fullTests,
          pool: 'forks',
          sequence: { groupOrder: 3 },
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/temporal-global-setup.ts', 'test/support/s3-global-setup.ts'],
        },
      },
    ],
  },
});
