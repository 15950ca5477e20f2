import { bundleEntry, bundleFrameBytes } from './bundle-body.ts';
import { placeholderLength } from './placeholder-url.ts';
import type { PreparedResource } from './prepare-resource.ts';
import { serverBundleEntry, serverBundleFrameBytes } from './server-bundle-body.ts';

/** How large what is posted gets, UTF-8 bytes. */
export interface BundleFormat {
  /** Of a bundle besides its entries; each entry but the first costs one more for its comma. */
  readonly frameBytes: number;
  /** Of an entry, at the most. */
  entryBytes(prepared: PreparedResource): number;
}

const callerFormat: BundleFormat = {
  frameBytes: bundleFrameBytes,
  entryBytes: ({ resource, targetId, json }) =>
    Buffer.byteLength(bundleEntry({ resourceType: resource.resourceType, targetId, json })),
};

const serverFormat: BundleFormat = {
  frameBytes: serverBundleFrameBytes,
  entryBytes: ({ resource, resourceKey, json, references }) =>
    references.reduce(
      (bytes, target) => (target.kind === 'inside' ? bytes + growth(target.target.resource.resourceType) : bytes),
      Buffer.byteLength(serverBundleEntry({ resourceType: resource.resourceType, resourceKey, json })),
    ),
};

/** What a reference may grow by when an id takes the place of the placeholder: ids have up to 64 characters (FHIR R4, id). */
function growth(resourceType: string): number {
  return Math.max(0, resourceType.length + 1 + 64 - placeholderLength);
}

export const bundleFormats = { caller: callerFormat, server: serverFormat } as const;
