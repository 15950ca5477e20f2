import { type ClientRegistry, createClientRegistry } from './authorization/client-registry.ts';
import { type CodeChallenges, createCodeChallenges } from './authorization/code-challenges.ts';
import { type EmailBindings, createEmailBindings } from './authorization/email-bindings.ts';
import { type Grants, createGrants } from './authorization/grants.ts';
import { type Clock, createClock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { type FaultList, createFaultList } from './faults/fault-list.ts';
import { type Findings, createFindings } from './findings.ts';
import { type Journal, createJournal } from './journal.ts';
import { type MemberChanges, createMemberChanges } from './members/member-changes.ts';
import { type MemberDirectory, createMemberDirectory } from './members/member-directory.ts';
import { type Store, createStore } from './store.ts';
import { type SwitchBoard, createSwitchBoard } from './switches.ts';
import { type Tokens, createTokens } from './tokens.ts';

/** The sandbox's state and its parts; `addresses` is filled in once the listeners have their ports. */
export interface World {
  readonly database: Database;
  readonly clock: Clock;
  readonly switches: SwitchBoard;
  readonly faults: FaultList;
  readonly findings: Findings;
  readonly journal: Journal;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly clients: ClientRegistry;
  readonly emailBindings: EmailBindings;
  readonly grants: Grants;
  readonly challenges: CodeChallenges;
  readonly members: MemberDirectory;
  readonly memberChanges: MemberChanges;
  readonly addresses: Addresses;
}

export interface Addresses {
  authorizationOrigin: string;
  fhirBaseUrl: string;
}

export interface WorldOptions {
  readonly dataDir: string;
  /** Members beside the four of the seed, for load runs. */
  readonly generatedMembers: number;
}

/** Opens the data directory and wires the parts. */
export function createWorld({ dataDir, generatedMembers }: WorldOptions): World {
  const database = openDatabase(dataDir);
  const clock = createClock(database);
  const switches = createSwitchBoard(database);
  const findings = createFindings(database, clock);
  const tokens = createTokens(database, clock);
  const members = createMemberDirectory(generatedMembers);
  return {
    database,
    clock,
    switches,
    findings,
    tokens,
    members,
    memberChanges: createMemberChanges(database, clock),
    faults: createFaultList(database),
    journal: createJournal(database, clock),
    store: createStore(database, clock),
    clients: createClientRegistry(database),
    emailBindings: createEmailBindings(database),
    challenges: createCodeChallenges(database, switches),
    grants: createGrants({ database, clock, switches, findings, tokens, members }),
    addresses: { authorizationOrigin: '', fhirBaseUrl: '' },
  };
}
