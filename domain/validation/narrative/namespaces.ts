const xhtml = 'http://www.w3.org/1999/xhtml';

interface Declaration {
  /** Depth of the element that it stands on; the root's is 1. */
  readonly depth: number;
  /** Empty for the default namespace. */
  readonly prefix: string;
  readonly uri: string;
}

/** The namespaces that are declared around the place that is read. */
export class Namespaces {
  readonly #declared: Declaration[] = [];

  /** Takes an attribute `xmlns` or `xmlns:prefix` of the element at a depth. */
  declare(attribute: string, uri: string, depth: number): void {
    if (attribute === 'xmlns') this.#declared.push({ depth, prefix: '', uri });
    else if (attribute.startsWith('xmlns:')) this.#declared.push({ depth, prefix: attribute.slice(6), uri });
  }

  /** True where the element at a depth, with its name as it was written, is one of XHTML; it says so itself, or the root did. */
  isXhtml(name: string, depth: number): boolean {
    const colon = name.indexOf(':');
    const prefix = colon < 0 ? '' : name.slice(0, colon);
    const declaration = this.#declared.findLast((one) => one.prefix === prefix);
    if (prefix === '' && depth > 1) return declaration?.depth !== depth || declaration.uri === xhtml;
    return declaration?.uri === xhtml;
  }

  /** Forgets what the element at a depth declared. */
  close(depth: number): void {
    while (this.#declared.length > 0 && (this.#declared.at(-1)?.depth ?? 0) >= depth) this.#declared.pop();
  }
}
