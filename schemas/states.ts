/** Where a send transfer stands. The path of a straight one: recorded → prepared → approval-requested → token-waiting → sending → sent. */
export type SendState =
  | 'recorded'
  | 'prepared'
  | 'approval-requested'
  | 'changes-requested'
  | 'clarification-requested'
  | 'token-waiting'
  | 'sending'
  | 'paused'
  | 'needs-decision'
  | SendEndState;

/** Where a receive transfer stands. The path of a straight one: recorded → link-issued → authorized → reading → stored. */
export type ReceiveState = 'recorded' | 'link-issued' | 'authorized' | 'reading' | 'paused' | ReceiveEndState;

export type SendEndState = 'invalid' | 'sent' | 'sent-with-exceptions' | 'refused' | 'expired' | 'cancelled' | 'failed';
export type ReceiveEndState = 'invalid' | 'stored' | 'refused' | 'expired' | 'cancelled' | 'failed';

export type TransferState = SendState | ReceiveState;
export type EndState = SendEndState | ReceiveEndState;

const ends = {
  invalid: 'bad',
  sent: 'good',
  stored: 'good',
  'sent-with-exceptions': 'bad',
  refused: 'bad',
  expired: 'bad',
  cancelled: 'bad',
  failed: 'bad',
} as const satisfies Record<EndState, 'good' | 'bad'>;

/** The states of rows that have not ended yet. */
export const openStates: readonly TransferState[] = [
  'recorded',
  'prepared',
  'approval-requested',
  'changes-requested',
  'clarification-requested',
  'token-waiting',
  'sending',
  'paused',
  'link-issued',
  'authorized',
  'reading',
];

/** True where a transfer has ended for good; its secrets are destroyed, but for a refresh token that is kept. */
export function isEndState(state: TransferState): state is EndState {
  return Object.hasOwn(ends, state);
}

/** True where the row counts as ended: closed, or open only for a person's decision about unknown writes. */
export function isRowEnd(state: TransferState): boolean {
  return state === 'needs-decision' || isEndState(state);
}

/** True where everything that should have been done was done. */
export function isGoodEnd(state: TransferState): boolean {
  return isEndState(state) && ends[state] === 'good';
}
