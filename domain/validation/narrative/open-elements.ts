import { type ElementRule, elementRules } from './element-rules.ts';
import type { FindingKind } from './markup-finding.ts';

/** The elements around the place that is read, outermost first, and the rules about what may be inside of what. */
export class OpenElements {
  readonly #rules: ElementRule[] = [];
  readonly #names: string[] = [];
  /** How many of each rule are open, by its index. */
  readonly #counts = new Uint32Array(elementRules.size + 1);
  #holdingText = 0;
  readonly #paragraph = elementRules.get('p')?.index ?? 0;

  get depth(): number {
    return this.#rules.length;
  }

  get innermost(): ElementRule | undefined {
    return this.#rules.at(-1);
  }

  /** Local name, as it was written, of the innermost element. */
  get innermostName(): string | undefined {
    return this.#names.at(-1);
  }

  /** The rule that an element breaks where it stands; undefined = none. */
  breach(rule: ElementRule): FindingKind | undefined {
    const around = this.innermost;
    if (around === undefined) return undefined;
    if (around.isEmpty) return 'not-empty';
    if (rule.parents !== undefined && !rule.parents.has(around.name)) return 'out-of-place';
    if (around.children !== undefined && !around.children.has(rule.name)) return 'illegal-child';
    if (rule.isBlock && this.#holdingText > 0) return 'block-in-text';
    if (rule.notInParagraph && (this.#counts[this.#paragraph] ?? 0) > 0) return 'block-in-paragraph';
    return rule.notInItself && (this.#counts[rule.index] ?? 0) > 0 ? 'in-itself' : undefined;
  }

  open(rule: ElementRule, name: string): void {
    this.#rules.push(rule);
    this.#names.push(name);
    this.#counts[rule.index] = (this.#counts[rule.index] ?? 0) + 1;
    if (rule.holdsText) this.#holdingText += 1;
  }

  close(): void {
    const rule = this.#rules.pop();
    this.#names.pop();
    if (rule === undefined) return;
    this.#counts[rule.index] = (this.#counts[rule.index] ?? 1) - 1;
    if (rule.holdsText) this.#holdingText -= 1;
  }
}
