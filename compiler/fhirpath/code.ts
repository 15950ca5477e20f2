/** JavaScript under construction: statements in the order in which they are written. */
export class Code {
  readonly #names: { next: number };
  #text = '';

  constructor(names: { next: number } = { next: 0 }) {
    this.#names = names;
  }

  get text(): string {
    return this.#text;
  }

  write(statement: string): void {
    this.#text += statement;
  }

  /** A local name that nothing else in this function has. */
  name(hint: string): string {
    this.#names.next += 1;
    return `${hint}${this.#names.next}`;
  }

  /** An empty piece that shares the names. */
  piece(): Code {
    return new Code(this.#names);
  }

  /** Keeps the value of an expression in a constant, so that it is evaluated once. Short expressions stay as they are. */
  keep(expression: string): string {
    if (/^(?:[\w$.]+(?:\?\.\w+)?|'[^']*'|"[^"]*")$/.test(expression)) return expression;
    const name = this.name('v');
    this.write(`const ${name}=${expression};`);
    return name;
  }

  /** `if (condition) { … }`; nothing where the condition is never met or nothing is written. */
  when(condition: string, write: (then: Code) => void): void {
    if (condition === 'false') return;
    const then = this.piece();
    write(then);
    if (then.text === '') return;
    this.write(condition === 'true' ? `{${then.text}}` : `if(${condition}){${then.text}}`);
  }

  /** A condition found by a loop: `write` gets a statement that says "yes, and no need to look further". */
  search(write: (body: Code, found: string) => void): string {
    const found = this.name('found');
    const label = this.name('look');
    const body = this.piece();
    write(body, `${found}=true;break ${label};`);
    if (body.text === '') return 'false';
    this.write(`let ${found}=false;${label}:{${body.text}}`);
    return found;
  }
}
