import { entryAnchors, linksToNowhere } from '../narrative/inner-targets.ts';
import { type Finding, findingTexts } from '../narrative/markup-finding.ts';
import { type InnerLink, NarrativeReader } from '../narrative/narrative-reader.ts';
import { isPlainNarrative } from '../narrative/plain-narrative.ts';
import type { Environment } from './environment.ts';

/** True where the text is a narrative that FHIR allows: txt-1, txt-2, and what the reference validator's parser demands. */
export function isNarrative(text: string, environment: Environment): boolean {
  if (isPlainNarrative(text)) return true;
  const reader = new NarrativeReader(text, { briefly: true });
  return reader.read() && (reader.links.length === 0 || openLinks(reader, environment).length === 0);
}

/** Reports what is wrong, or odd, with a narrative. */
export function narrativeDetails(text: string, environment: Environment, path: string): void {
  const reader = new NarrativeReader(text);
  reader.read();
  const links = reader.links.length === 0 ? [] : openLinks(reader, environment);
  const findings = [...reader.findings, ...links.map(({ at }): Finding => ({ kind: 'no-target', at }))];
  for (const finding of findings) report(finding, text, environment, path);
}

function openLinks(
  reader: NarrativeReader,
  { resource, rootResource, bundle, rules }: Environment,
): readonly InnerLink[] {
  if (bundle === undefined) return linksToNowhere(reader, [resource, rootResource]);
  const anchors = rules.strict === true ? new Set<string>() : entryAnchors(bundle['entry']);
  return linksToNowhere(reader, [resource, rootResource, bundle]).filter(({ fragment }) => !anchors.has(fragment));
}

function report({ kind, at, name }: Finding, text: string, environment: Environment, path: string): void {
  const { severity, message, constraint } = findingTexts[kind];
  const sentence = name === undefined ? message.replace(' %', '') : message.replace('%', name);
  const place = kind === 'no-content' ? '' : ` (character ${at + 1} of the narrative)`;
  const code = constraint === undefined ? 'invalid' : 'invariant';
  environment.add(path, severity, code, sentence.replace(/\.$/, `${place}.`), undefined, constraint);
}
