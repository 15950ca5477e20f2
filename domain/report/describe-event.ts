import type { LedgerEventBody } from '../../schemas/ledger-events.ts';
import { totalOf } from '../accounting/total-of.ts';
import { counted } from './counted.ts';

/** Says in a line what an event means. No ids but those that a reader can use, no hashes, no data. */
export function describeEvent(body: LedgerEventBody): string {
  switch (body.kind) {
    case 'recorded':
      return `recorded from line ${body.line} of the roster, to ${body.direction} at ${body.counterpartId}${followsText(body.earlier)}`;
    case 'paused':
      return 'paused';
    case 'resumed':
      return 'resumed';
    case 'cancel-requested':
      return body.now ? 'cancelled, at once' : 'cancel asked for; writes in flight end first';
    case 'finding':
      return `found: ${body.finding}${times(body.count)}`;
    case 'closed':
      return closedText(body);
    case 'purge-attempted':
      return `removal of ${counted(totalOf(body.objects), 'sealed object')} begun (${body.bytes} bytes: ${kindsOf(body.objects)}), by policy ${body.policy}`;
    case 'purged':
      return 'purged: its sealed objects are gone; events and hashes stay';
    case 'prepared':
      return preparedText(body.counts);
    case 'mail-attempted':
      return `${mailOf(body)} handed over`;
    case 'mail-answered':
      return `${mailOf(body)} ${body.outcome}`;
    case 'approval-requested':
      return `review asked for, revision ${body.revision}`;
    case 'approval-decided':
      return `review: ${body.decision}`;
    case 'resubmitted':
      return `submitted again, revision ${body.revision}`;
    case 'token-received':
      return `access token received, good until ${body.expiresAt} (${expiryText[body.expiryFrom]})${body.fhirBaseUrl === undefined ? '' : `; posts to ${body.fhirBaseUrl}, as the profile was changed to`}`;
    case 'kept-token-destroyed':
      return `kept refresh token destroyed: ${body.cause === 'asked' ? 'asked for' : 'kept too long'}`;
    case 'token-ended':
      return `access token ended: ${body.cause}`;
    case 'attempted':
      return `bundle ${body.bundle} begun, ${resources(body.ordinals.length)}`;
    case 'answered':
      return `bundle ${body.bundle} answered with ${body.status}: ${outcomesOf(body.entries)}`;
    case 'unsent':
      return `bundle ${body.bundle} not stored (${body.cause}), ${resources(body.ordinals.length)} open again`;
    case 'lost':
      return `bundle ${body.bundle} lost its answer (${body.cause}), ${resources(body.ordinals.length)} unknown`;
    case 'withheld-later':
      return `${resources(body.ordinals.length)} withheld: ${body.reason}`;
    case 'unknowns-found':
      return `${resources(body.count)} unknown: a decision is needed`;
    case 'unknowns-decided':
      return `unknowns decided: ${body.decision}, ${resources(body.ordinals.length)}${ruleText(body.rule)}${goesOnText[body.goesOn ?? 'waiting']}`;
    case 'link-issued':
      return `authorization link issued, revision ${body.revision}, good until ${body.expiresAt}`;
    case 'link-reissued':
      return `a fresh link was asked for, revision ${body.revision}; the earlier ones no longer work`;
    case 'authorized':
      return `the member authorized, link of revision ${body.revision}`;
    case 'authorization-denied':
      return body.reason === undefined
        ? `the member did not authorize: ${body.error}`
        : `the counterpart did not take the request of the link: ${body.error}`;
    case 'exchange-attempted':
      return 'exchange of the authorization code begun';
    case 'exchange-answered':
      return `exchange ${body.outcome}${body.reason === undefined ? '' : `: ${body.reason}`}${body.error === undefined ? '' : ` (${body.error})`}`;
    case 'refresh-attempted':
      return `refresh of the access token begun${body.keptFrom === undefined ? '' : `, with what transfer ${body.keptFrom.slice(0, 12)} kept`}`;
    case 'refresh-answered':
      return `refresh ${body.outcome}${body.expiresAt === undefined ? '' : `, good until ${body.expiresAt}`}`;
    case 'patient-compared':
      return `the Patient is the member: birth date and family name same, given name ${body.givenName}, previous member id ${memberIdText[body.memberId]}`;
    case 'page-read':
      return `${body.resourceType}, page ${body.page}: ${pageText(body)}`;
    case 'stored':
      return `stored ${resources(totalOf(body.countsByType))}${updateText(body.update)}`;
  }
}

const expiryText = {
  exp: 'as the token says',
  mail: 'from the time of the mail',
  assumed: 'assumed from its receipt',
} as const;

const memberIdText = { same: 'same', differs: 'differs', absent: 'not there' } as const;

const goesOnText = { posting: '; the transfer posts on', closing: '; the transfer closes', waiting: '' } as const;

type Body<Kind extends LedgerEventBody['kind']> = Extract<LedgerEventBody, { kind: Kind }>;

function preparedText({ resources: all, planned, bundles, withheld, repeats }: Body<'prepared'>['counts']): string {
  return `planned ${planned} of ${resources(all)} in ${counted(bundles, 'bundle')}; ${withheld} withheld, ${repeats} repeats`;
}

function closedText({ state, reason, place, detail, refreshTokenKept }: Body<'closed'>): string {
  const text = [`closed as ${state}`, reason, placeOf(place), detail].filter(Boolean).join(': ');
  return refreshTokenKept === true ? `${text}; its refresh token is kept` : text;
}

function followsText(earlier: Body<'recorded'>['earlier']): string {
  return earlier === undefined ? '' : `, after transfer ${earlier.transferId.slice(0, 12)} of batch ${earlier.batchId}`;
}

function pageText({ resources: count, dropped: never, outcomes = 0, unchanged = 0, since }: Body<'page-read'>): string {
  const same = unchanged === 0 ? '' : `, ${unchanged} unchanged`;
  const asked = since === undefined ? '' : `, of what has changed since ${since}`;
  return `${resources(count)}${same}${dropped(never)}${remarks(outcomes)}${asked}`;
}

function updateText(update: Body<'stored'>['update']): string {
  if (update === undefined) return '';
  const { since, unchanged, noLongerReturned } = update;
  const missing = noLongerReturned === 0 ? '' : `, ${noLongerReturned} no longer returned`;
  return ` new or changed since ${since}; ${unchanged} unchanged${missing}`;
}

function mailOf({ about, reminder }: Body<'mail-attempted' | 'mail-answered'>): string {
  if (about === 'link') return reminder === undefined ? 'mail with the link' : `reminder ${reminder} of the link`;
  return reminder === undefined ? 'mail' : `reminder ${reminder} of the review`;
}

function outcomesOf(entries: Body<'answered'>['entries']): string {
  const counts = new Map<string, number>();
  for (const { outcome } of entries) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'no entries';
}

function ruleText(rule: string | undefined): string {
  return rule === undefined ? '' : ` (by rule: ${rule})`;
}

function placeOf(place: Body<'closed'>['place']): string {
  return place?.column === undefined ? '' : `column ${place.column}`;
}

function resources(count: number): string {
  return counted(count, 'resource');
}

function kindsOf(objects: Body<'purge-attempted'>['objects']): string {
  return Object.entries(objects)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count} times)`;
}

function remarks(count: number): string {
  return count === 0 ? '' : `, ${counted(count, 'remark')} of the server`;
}

function dropped(count: number): string {
  return count === 0 ? '' : `, ${count} not kept`;
}
