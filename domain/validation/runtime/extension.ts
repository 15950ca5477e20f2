import type { Environment, Rule } from './environment.ts';
import { mayStandAt } from './extension-context.ts';

/**
 * An extension wherever it stands: by the definition of its URL where that is at hand, else by the data type alone. `relative` says
 * that a URL without a scheme is right here: inside of a complex extension that nobody here knows.
 */
export function extension(
  value: unknown,
  e: Environment,
  site: string,
  type: string,
  modifier: boolean,
  relative: boolean,
): boolean {
  const url = (value as { url?: unknown } | null)?.url;
  if (typeof url !== 'string') return false;
  const rule = e.rules.extension(url);
  if (rule === undefined)
    return (relative || isAbsolute(url)) && !namesVersion(url, e) && e.rules.anyExtension.verdict(value, e, site);
  return (rule.modifier === true) === modifier && mayStandAt(rule, site, type) && rule.verdict(value, e, 'Extension');
}

/** As extension, reporting. */
export function extensionDetails(
  value: unknown,
  e: Environment,
  site: string,
  type: string,
  modifier: boolean,
  relative: boolean,
  path: string,
): void {
  const url = (value as { url?: unknown } | null)?.url;
  const rule: Rule | undefined = typeof url === 'string' ? e.rules.extension(url) : undefined;
  if (rule === undefined) {
    e.rules.anyExtension.details(value, e, site, path);
    if (typeof url !== 'string') return;
    if (!isAbsolute(url)) {
      if (!relative) e.add(`${path}.url`, 'error', 'invalid', 'The URL of the extension must be absolute here.');
    } else if (namesVersion(url, e))
      e.add(`${path}.url`, 'error', 'value', 'The URL of an extension must not hold a version.');
    else e.add(path, 'information', 'not-supported', 'Not checked: the definition of this extension is not at hand.');
    return;
  }
  if ((rule.modifier === true) !== modifier)
    e.add(
      path,
      'error',
      'structure',
      modifier
        ? 'This is not a modifier extension.'
        : 'This is a modifier extension: it must stand in modifierExtension.',
      rule.url,
    );
  if (!mayStandAt(rule, site, type))
    e.add(path, 'error', 'structure', 'The extension may not stand on this element.', rule.url);
  rule.details(value, e, 'Extension', path);
}

/** True for the URL of a known extension with a version behind it. */
function namesVersion(url: string, e: Environment): boolean {
  const bar = url.indexOf('|');
  return bar > 0 && e.rules.extension(url.slice(0, bar)) !== undefined;
}

/** True for a URL with a scheme: `http:`, `https:`, `urn:` and the like. */
export function isAbsolute(url: string): boolean {
  const colon = url.indexOf(':');
  return colon > 0 && /^[a-z][a-z0-9+.-]*$/.test(url.slice(0, colon));
}
