import type { Output } from './output.ts';

const barWidth = 24;
const everyMs = 100;

/** A progress bar over the bytes of files; without a size, only counts. Shown on a terminal only. */
export function percentProgress(
  out: Output,
  totalBytes: number,
): { readonly bytes: (more: number) => void; readonly resources: (more: number) => void } {
  let bytes = 0;
  let resources = 0;
  let shownAt = 0;
  const show = (): void => {
    const now = performance.now();
    if (now - shownAt < everyMs) return;
    shownAt = now;
    out.progress(totalBytes === 0 ? `${resources} resources` : `${bar(bytes / totalBytes)} ${resources} resources`);
  };
  return {
    bytes(more) {
      bytes += more;
      show();
    },
    resources(more) {
      resources += more;
      show();
    },
  };
}

function bar(share: number): string {
  const done = Math.min(barWidth, Math.round(share * barWidth));
  return `[${'#'.repeat(done)}${' '.repeat(barWidth - done)}] ${Math.min(100, Math.floor(share * 100))} %`;
}
