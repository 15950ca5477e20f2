import type { NamedRead } from '../../adapters/fhir/fhir-reader.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import type { ReadJob } from './read-job.ts';
import type { StoredPage } from './record-pages.ts';

/** The name under which referenced resources are kept among the pages. */
export const referencedPages = 'referenced';

/** Collects what was read by reference into pages that are kept as those of a search are. */
export interface ReferencedPages {
  /** Takes what came of reading a name, `Type/id`; keeps a page when it is full. */
  add(name: string, read: NamedRead): Promise<void>;
  /** Keeps what is not kept yet; there is more to read. */
  keep(): Promise<void>;
  /** Keeps the last page. */
  end(): Promise<void>;
}

/** Goes on after the pages that are stored. */
export function openReferencedPages(job: ReadJob): ReferencedPages {
  let resources: FhirResource[] = [];
  let names: { unreadable: string[]; otherwise: string[] } = { unreadable: [], otherwise: [] };
  const size = (): number => resources.length + names.unreadable.length + names.otherwise.length;
  const store = async (more: Pick<StoredPage, 'more'>): Promise<void> => {
    const content = { resources, ...names, ...more };
    resources = [];
    names = { unreadable: [], otherwise: [] };
    await job.pages.add(referencedPages, content);
  };
  const keep = async (): Promise<void> => {
    if (size() > 0) await store({ more: true });
  };
  return {
    async add(name, read) {
      if (read.kind === 'read') resources.push(read.resource);
      else names[read.kind === 'another' ? 'otherwise' : 'unreadable'].push(name);
      if (size() >= job.receive.pageSize) await keep();
    },
    keep,
    end: () => store({}),
  };
}

/** The names on a page that brought no resource. */
export function namesWithoutResource({ unreadable = [], otherwise = [] }: StoredPage): readonly string[] {
  return [...unreadable, ...otherwise];
}
