import { refName } from '../schema/ref-name.ts';
import type { SchemaDocument } from '../schema/schema-document.ts';
import type { Catalogue } from './catalogue.ts';
import type { Mode, ModuleOutput } from './module-output.ts';

/** An issue as it is known when code is generated: all but its place. */
export interface IssueTemplate {
  readonly severity?: 'error' | 'warning' | 'information';
  /** FHIR IssueType code. */
  readonly code: string;
  readonly message: string;
  readonly constraint?: string;
}

/** Where generated code is being written: one function that judges one kind of object. */
export class FunctionScope {
  readonly module: ModuleOutput;
  readonly catalogue: Catalogue;
  readonly document: SchemaDocument;
  /** JavaScript expression of the FHIRPath of what is judged now; only in `details`. */
  path = 'p';
  #lines: string[] = [];
  #variables = 0;

  readonly #locals: ReadonlyMap<string, string>;

  constructor(
    module: ModuleOutput,
    catalogue: Catalogue,
    document: SchemaDocument,
    locals: ReadonlyMap<string, string>,
  ) {
    this.#locals = locals;
    this.module = module;
    this.catalogue = catalogue;
    this.document = document;
  }

  get mode(): Mode {
    return this.module.mode;
  }

  get body(): string {
    return this.#lines.join('');
  }

  /** A fresh local variable. */
  variable(prefix: string): string {
    this.#variables += 1;
    return `${prefix}${this.#variables}`;
  }

  write(line: string): void {
    this.#lines.push(line);
  }

  /** Imports a function of the validators' run time (domain/validation/runtime). */
  runtime(name: string): string {
    return this.module.runtime(name);
  }

  /** Canonical URL of the profile that is judged; undefined for base R4. */
  get profile(): string | undefined {
    const { kind, $id } = this.document;
    return kind === 'profile' || kind === 'extension' ? $id : undefined;
  }

  /** Name of the function for a definition inside of the same document. */
  local(definition: string): string {
    const name = this.#locals.get(definition);
    if (name === undefined) throw new TypeError(`${this.document.$id} has no definition ${definition}`);
    return name;
  }

  /** Name of the function that judges a type or profile, imported where it stands in another module. */
  functionOf(canonical: string): string {
    const place = this.catalogue.place(canonical);
    if (place === undefined) throw new TypeError(`${this.document.$id} refers to ${canonical}, which is not at hand`);
    return this.module.reference(place);
  }

  /** Name of the constant that holds the codes of a value set. */
  valueSet(canonical: string): string {
    return this.module.reference(this.catalogue.valueSetPlace(canonical));
  }

  /** The FHIR type behind a `$ref`. */
  fhirTypeOf($ref: string): string {
    const name = refName($ref);
    return $ref.startsWith('#') ? (this.document.$defs?.[name]?.fhirType ?? name) : name;
  }

  /** Code for "where `condition` holds, it is this issue". Errors end a verdict; lesser issues are for details only. */
  fail(condition: string, issue: IssueTemplate): void {
    if (this.mode === 'details') this.write(`if(${condition})${this.#report(issue)};`);
    else if ((issue.severity ?? 'error') === 'error') this.write(`if(${condition})return false;`);
  }

  /** As `fail`, and what `then` writes is reached only where the condition does not hold. */
  guard(condition: string, issue: IssueTemplate, then: () => void): void {
    if (this.mode === 'verdict') {
      this.fail(condition, issue);
      then();
      return;
    }
    this.write(`if(${condition})${this.#report(issue)};else{`);
    then();
    this.write('}');
  }

  /** Calls a judging function: its arguments, and in `details` the path. */
  call(name: string, ...args: string[]): void {
    if (this.mode === 'verdict') this.write(`if(!${name}(${args.join(',')}))return false;`);
    else this.write(`${name}(${[...args, this.path].join(',')});`);
  }

  /** Writes with another path; `path` is a JavaScript expression. */
  within(path: string, write: () => void): void {
    const before = this.path;
    if (this.mode === 'details') {
      this.path = this.variable('p');
      this.write(`const ${this.path}=${path};`);
    }
    write();
    this.path = before;
  }

  #report({ severity = 'error', code, message, constraint }: IssueTemplate): string {
    const fixed = [severity, code, message, this.profile, constraint];
    while (fixed.at(-1) === undefined) fixed.pop();
    return `e.add(${this.path},${fixed.map((value) => JSON.stringify(value) ?? 'undefined').join(',')})`;
  }
}
