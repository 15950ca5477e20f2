import type { AddedPackage } from '../compiler/add-package.ts';
import { counted } from '../domain/report/counted.ts';

/** So many URLs are told for each reason; `node compiler/main.ts` lists all. */
const mostUrls = 3;

/** What a FHIR package brings to judge by, and what of it is left out and why. */
export function packageText({ contents, leftOut }: AddedPackage): string {
  const { name, version, profiles, extensions, valueSets, codeSystems } = contents;
  const counts = [
    counted(profiles, 'profile'),
    counted(extensions, 'extension'),
    counted(valueSets, 'value set'),
    counted(codeSystems, 'complete code system'),
  ];
  const lines = [`Package ${name} ${version}: ${counts.join(', ')}.`];
  if (profiles + extensions === 0)
    lines.push(
      '  It has no profile: resources are judged by US Core, and codings also by the code systems of the package.',
    );
  for (const [reason, some] of Map.groupBy(leftOut, (one) => one.reason)) lines.push(`  ${leftOutText(reason, some)}`);
  return lines.join('\n');
}

function leftOutText(reason: string, some: AddedPackage['leftOut']): string {
  const told = some.slice(0, mostUrls).map(({ url }) => url);
  const more = some.length - told.length;
  return `Left out because ${reason}: ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
