import type { Binding, Constraint, ElementDefinition, FhirPackage, StructureDefinition } from './definitions.ts';

type FindStructure = (url: string) => StructureDefinition | undefined;

/**
 * Gives a snapshot to the profiles that have a differential only, where what they are made from is in the package or in `base`. The
 * others stay as they are.
 */
export function withSnapshots(read: FhirPackage, base: FhirPackage): FhirPackage {
  const known = new Map([...base.structures, ...read.structures].map((one) => [one.url, one] as const));
  const find: FindStructure = (url) => {
    const structure = known.get(url.split('|')[0] ?? url);
    if (structure === undefined || structure.snapshot !== undefined) return structure;
    // While it is made it is not found: a profile that is made from itself has no snapshot.
    known.delete(structure.url);
    const made = snapshotOf(structure, find);
    known.set(structure.url, made);
    return made;
  };
  return { ...read, structures: read.structures.map((structure) => find(structure.url) ?? structure) };
}

function snapshotOf(structure: StructureDefinition, find: FindStructure): StructureDefinition {
  const { differential, baseDefinition } = structure;
  const base = baseDefinition === undefined ? undefined : find(baseDefinition);
  if (differential === undefined || base?.snapshot === undefined) return structure;
  const elements = new SnapshotElements(base.snapshot.element, find);
  for (const element of differential.element) elements.apply(element);
  return { ...structure, snapshot: { element: elements.all } };
}

/** The elements of a snapshot while a differential is applied to them. Ids are those of FHIR: `Patient.name:official.family`. */
class SnapshotElements {
  #elements: ElementDefinition[];
  readonly #find: FindStructure;

  constructor(base: readonly ElementDefinition[], find: FindStructure) {
    this.#elements = base.map((element) => ({ ...element, id: idOf(element) }));
    this.#find = find;
  }

  get all(): readonly ElementDefinition[] {
    return this.#elements;
  }

  apply(change: ElementDefinition): void {
    const at = this.#indexOf(this.#plainId(idOf(change)));
    const before = this.#elements[at];
    // What the base does not have cannot be narrowed.
    if (before === undefined) return;
    this.#elements[at] = merged(before, change);
    if (before.sliceName !== undefined && isShortcut(before, change)) this.#closeChoice(idOf(before));
  }

  /** `Observation.valueQuantity` as a path, with its type, allows this type and those that are named in the same way alone. */
  #closeChoice(sliceId: string): void {
    const id = sliceId.slice(0, sliceId.lastIndexOf(':'));
    const at = this.#elements.findIndex((element) => element.id === id);
    const choice = this.#elements[at];
    const type = this.#elements.find((element) => element.id === sliceId)?.type ?? [];
    // Slices that the base has by type stay open to the other types.
    if (choice === undefined || (choice.slicing !== undefined && choice.slicing.rules !== 'closed')) return;
    const before = choice.slicing?.rules === 'closed' ? (choice.type ?? []) : [];
    const all = [...before.filter(({ code }) => type.every((one) => one.code !== code)), ...type];
    this.#elements[at] = {
      ...choice,
      type: all,
      slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'closed' },
    };
  }

  /** `Observation.valueQuantity` of a differential means the slice `Observation.value[x]:valueQuantity`. */
  #plainId(id: string): string {
    let plain = '';
    for (const step of id.split('.')) {
      const parent = plain;
      plain = parent === '' ? step : `${parent}.${step}`;
      if (parent === '' || this.#indexOf(plain) >= 0) continue;
      const choice = this.#childrenOf(parent).find((child) => isChoiceFor(child, parent, step));
      if (choice !== undefined) plain = `${idOf(choice)}:${step}`;
    }
    return plain;
  }

  /** Index of an element, which is made where it is a slice, or inside of a data type that was not spelled out; -1 = there is none. */
  #indexOf(id: string): number {
    const found = this.#elements.findIndex((element) => element.id === id);
    if (found >= 0) return found;
    const [parent, step] = splitLast(id);
    if (parent === '' || this.#indexOf(parent) < 0) return -1;
    const [name = '', slice] = step.split(':');
    if (slice !== undefined) return this.#addSlice(`${parent}.${name}`, slice);
    if (this.#childrenOf(parent).length === 0) this.#spellOut(parent);
    return this.#elements.findIndex((element) => element.id === id);
  }

  #addSlice(baseId: string, sliceName: string): number {
    const base = this.#elements[this.#indexOf(baseId)];
    if (base === undefined) return -1;
    const { slicing = byUrl(baseId), ...rest } = base;
    if (slicing !== undefined) this.#elements[this.#indexOf(baseId)] = { ...rest, slicing };
    const last = this.#elements.findLastIndex(({ id = '' }) => id === baseId || /^[.:]/.test(afterPrefix(id, baseId)));
    const type = (base.type ?? []).find(({ code }) => sliceName.endsWith(code.charAt(0).toUpperCase() + code.slice(1)));
    const narrowed = baseId.endsWith('[x]') && type !== undefined ? { type: [type] } : {};
    this.#elements.splice(last + 1, 0, { ...rest, ...narrowed, id: `${baseId}:${sliceName}`, sliceName, min: 0 });
    return last + 1;
  }

  /** Puts the children of an element's type below it; of a slice those of what it is a slice of. */
  #spellOut(id: string): void {
    const at = this.#elements.findIndex((element) => element.id === id);
    const element = this.#elements[at];
    if (element === undefined) return;
    const below = this.#typeElements(id, element);
    this.#elements.splice(at + 1, 0, ...below);
  }

  #typeElements(id: string, element: ElementDefinition): readonly ElementDefinition[] {
    const model = element.contentReference?.split('#')[1] ?? id.replace(/:[^.:]*$/, '');
    const copied = this.#elements.filter((one) => one.id?.startsWith(`${model}.`) === true);
    if (copied.length > 0 && model !== id) return copied.map((one) => moved(one, model, id, element.path));
    const [type] = element.type ?? [];
    const structure = this.#find(type?.profile?.[0] ?? `http://hl7.org/fhir/StructureDefinition/${type?.code}`);
    const own = structure?.snapshot?.element ?? [];
    return own.slice(1).map((one) => moved({ ...one, id: idOf(one) }, idOf(own[0] ?? one), id, element.path));
  }

  #childrenOf(id: string): readonly ElementDefinition[] {
    return this.#elements.filter((element) => splitLast(element.id ?? '')[0] === id);
  }
}

function idOf({ id, path }: ElementDefinition): string {
  return id ?? path;
}

function splitLast(id: string): readonly [parent: string, step: string] {
  const dot = id.lastIndexOf('.');
  return dot < 0 ? ['', id] : [id.slice(0, dot), id.slice(dot + 1)];
}

/** A differential names a type of a choice by the path itself and says that it is the type. Without saying so it only speaks of it. */
function isShortcut({ path }: ElementDefinition, change: ElementDefinition): boolean {
  return path.endsWith('[x]') && !change.path.endsWith('[x]') && change.type !== undefined;
}

function isChoiceFor({ id = '' }: ElementDefinition, parent: string, step: string): boolean {
  const stem = id.endsWith('[x]') ? id.slice(parent.length + 1, -'[x]'.length) : undefined;
  return stem !== undefined && step.startsWith(stem) && /^[A-Z]/.test(step.slice(stem.length));
}

/** Extensions are sliced by their URL, said or not. */
function byUrl(id: string): ElementDefinition['slicing'] {
  return id.endsWith('xtension') ? { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' } : undefined;
}

function afterPrefix(id: string, prefix: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : '';
}

function moved(element: ElementDefinition, from: string, to: string, path: string): ElementDefinition {
  const { id = '' } = element;
  const plain = from.replaceAll(/:[^.]*/g, '');
  return { ...element, id: `${to}${id.slice(from.length)}`, path: `${path}${element.path.slice(plain.length)}` };
}

/** The outer bound of a value set is that of its own binding. */
function mergedBinding(before: Binding | undefined, change: Binding): Binding {
  const { extension: _extension, ...kept } = before ?? change;
  return { ...(change.valueSet === undefined ? before : kept), ...change };
}

/** What a differential says replaces what the base says; constraints come together. */
function merged(before: ElementDefinition, { id: _id, path: _path, ...change }: ElementDefinition): ElementDefinition {
  const constraint: readonly Constraint[] = [...(before.constraint ?? []), ...(change.constraint ?? [])];
  return {
    ...before,
    ...change,
    path: before.path,
    ...(before.base !== undefined && { base: before.base }),
    ...(change.binding !== undefined && { binding: mergedBinding(before.binding, change.binding) }),
    ...(constraint.length > 0 && { constraint }),
  };
}
