import { parse, TomlError } from 'smol-toml';

import { CarryoverError, type FailureCode } from '../../schemas/failures.ts';

/** A TOML text as a table. Throws the failure `code` with the line; it never shows what stands there. */
export function parseToml(toml: string, file: string, code: FailureCode): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    // The parser's own message shows the text around it, which may be a secret in the wrong place.
    throw new CarryoverError(code, `It is not TOML at line ${line}, column ${column}.`, { file, line });
  }
}
