import type { Place } from './catalogue.ts';

/** `verdict` code stops at the first error and says nothing; `details` code goes on and reports every issue. */
export type Mode = 'verdict' | 'details';

/** What nearly every generated module needs, in domain/validation. */
const sharedModule = 'for-generated-code.ts';

/** JavaScript of one generated module while it is put together: imports, constants, functions. */
export class ModuleOutput {
  readonly mode: Mode;
  readonly #imports = new Map<string, Set<string>>();
  readonly #constants = new Map<string, string>();
  readonly #functions: string[] = [];
  readonly #names = new Set<string>();

  /** Path of the file without its ending, from the folder of generated code. */
  readonly path: string;

  constructor(mode: Mode, path: string) {
    this.mode = mode;
    this.path = path;
  }

  /** A name of another generated module, imported; of this one, as it is. */
  reference({ module, name }: Place): string {
    if (module === this.path) return name;
    return this.import(`${this.#up || './'}${module}.${this.mode}.mjs`, name);
  }

  /** A function of the validators' run time, or the test of a primitive's form. All come through one module: each costs its resolution. */
  runtime(name: string): string {
    return this.import(`${this.#up}../domain/validation/${sharedModule}`, name);
  }

  /** A function that compiled invariants use. */
  invariant(file: string, name: string): string {
    return this.import(`${this.#up}../domain/validation/invariants/${file}`, name);
  }

  get #up(): string {
    return '../'.repeat(this.path.split('/').length - 1);
  }

  /** Imports a name from a module (its specifier) and returns the name. */
  import(from: string, name: string): string {
    const names = this.#imports.get(from) ?? new Set();
    this.#imports.set(from, names.add(name));
    return name;
  }

  /** A constant of the module with this initialiser; equal initialisers share one constant. */
  constant(initialiser: string): string {
    const name = this.#constants.get(initialiser) ?? `k${this.#constants.size}`;
    this.#constants.set(initialiser, name);
    return name;
  }

  /** A name that nothing else in the module has. */
  name(wanted: string): string {
    const plain = wanted.replaceAll(/\W/g, '_');
    let name = plain;
    for (let n = 2; this.#names.has(name); n += 1) name = `${plain}_${n}`;
    this.#names.add(name);
    return name;
  }

  function(source: string): void {
    this.#functions.push(source);
  }

  /**
   * A function that is called for sure. In brackets V8 compiles it with its module, so that it is a part of the code that Node keeps;
   * and under a name that is not the exported one it is a constant of the module.
   */
  eagerFunction(name: string, source: string): void {
    this.#functions.push(`const ${name}=(${source});const ${name}$=${name};export{${name}$ as ${name}};`);
  }

  /** The whole module, imports sorted. */
  source(): string {
    const sorted = [...this.#imports].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const imports = sorted.map(([from, names]) => {
      const parts = [...names].toSorted().map((name) => `${name} as ${name}$`);
      return `import{${parts.join(',')}}from${JSON.stringify(from)};`;
    });
    // Constants of the module itself: V8 compiles their values in, and looks imported ones up each time.
    const own = sorted.flatMap(([, names]) => [...names].toSorted().map((name) => `${name}=${name}$`));
    if (own.length > 0) imports.push(`const ${own.join(',')};`);
    const constants = [...this.#constants].map(([initialiser, name]) => `const ${name}=${initialiser};`);
    return `${[...imports, ...constants, ...this.#functions].join('\n')}\n`;
  }
}
