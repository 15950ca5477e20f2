import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command says things: results to standard output, everything else to standard error. */
export interface Output {
  /** The one result of a command: the document with --json, the text otherwise. */
  result(document: object, text: string): void;
  /** Something on the way, for people. */
  note(text: string): void;
  /** Shows where things stand: one line, rewritten in place. Only on a terminal. */
  progress(text: string): void;
  /** Ends what `progress` left standing. */
  endProgress(): void;
  /** Colours, for text that goes to standard output; plain where that is no terminal or NO_COLOR is set. */
  paint(style: Style, text: string): string;
}

/** Opens the output of a command on the streams of the process. */
export function openOutput({ json }: { readonly json: boolean }): Output {
  const { stdout, stderr } = process;
  let standing = '';
  const endProgress = () => {
    if (standing !== '') stderr.write('\n');
    standing = '';
  };
  return {
    result(document, text) {
      endProgress();
      stdout.write(json ? `${JSON.stringify(document, undefined, 2)}\n` : `${text}\n`);
    },
    note(text) {
      endProgress();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (text === standing || !stderr.isTTY) return;
      standing = text;
      stderr.write(`\r\u001b[2K${text}`);
    },
    endProgress,
    paint: (style, text) => styleText(style, text, { stream: stdout }),
  };
}
