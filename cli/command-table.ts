import type { CliCommand } from './command.ts';

interface CommandEntry {
  readonly summary: string;
  /** Loads the command; nothing of it is in memory before it is asked for. */
  readonly load: () => Promise<CliCommand<never>>;
}

/** Every command of `carryover`, in the order in which the help lists them. */
export const commandTable = {
  plan: entry(
    'show what a roster would send, without touching anything',
    async () => (await import('./commands/plan.ts')).plan,
  ),
  validate: entry(
    'judge FHIR resources against US Core, without touching anything',
    async () => (await import('./commands/validate.ts')).validate,
  ),
  onboard: entry(
    'submit the evidence of being a payer, once per counterpart',
    async () => (await import('./commands/onboard.ts')).onboard,
  ),
  send: entry("launch a batch that sends members' records", async () => (await import('./commands/send.ts')).send),
  receive: entry(
    "launch a batch that fetches members' records",
    async () => (await import('./commands/receive.ts')).receive,
  ),
  status: entry(
    'list the batches, or show where one stands',
    async () => (await import('./commands/status.ts')).status,
  ),
  show: entry(
    'show one transfer: its events, and what it waits for',
    async () => (await import('./commands/show.ts')).show,
  ),
  links: entry(
    'write the authorization links of a batch, or give fresh ones',
    async () => (await import('./commands/links.ts')).links,
  ),
  deliver: entry(
    'write what a receive batch has brought so far',
    async () => (await import('./commands/deliver.ts')).deliver,
  ),
  approve: entry(
    "record the outcome of the counterpart's review",
    async () => (await import('./commands/approve.ts')).approve,
  ),
  resubmit: entry(
    'ask for the review again, with corrections where given',
    async () => (await import('./commands/resubmit.ts')).resubmit,
  ),
  token: entry(
    'hand in the access token that the counterpart mailed',
    async () => (await import('./commands/token.ts')).token,
  ),
  decide: entry('decide about writes whose answer was lost', async () => (await import('./commands/decide.ts')).decide),
  pause: entry('pause a transfer', async () => (await import('./commands/control.ts')).pause),
  resume: entry('let a paused transfer go on', async () => (await import('./commands/control.ts')).resume),
  cancel: entry('cancel a transfer', async () => (await import('./commands/control.ts')).cancel),
  report: entry(
    'account for every row and resource of a batch',
    async () => (await import('./commands/report.ts')).report,
  ),
  purge: entry(
    'remove sealed objects of transfers that ended long ago',
    async () => (await import('./commands/purge.ts')).purge,
  ),
  forget: entry(
    'destroy the refresh tokens that were kept of members',
    async () => (await import('./commands/forget.ts')).forget,
  ),
  worker: entry('do the work: run until stopped', async () => (await import('./commands/worker.ts')).worker),
  console: entry(
    "listen for members' browsers that come back",
    async () => (await import('./commands/console.ts')).console,
  ),
  doctor: entry('check this installation', async () => (await import('./commands/doctor.ts')).doctor),
} as const satisfies Record<string, CommandEntry>;

export type CommandName = keyof typeof commandTable;

function entry(summary: string, load: CommandEntry['load']): CommandEntry {
  return { summary, load };
}
