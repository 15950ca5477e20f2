import { join } from 'node:path';

/** The key file that recorded histories are sealed with. It protects nothing: everything under it is synthetic and committed. */
export const testKeyFile = join(import.meta.dirname, '../../fixtures/histories/test-keys.json');
