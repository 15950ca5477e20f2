import { type MemberRecord, buildMemberRecord } from './member-record.ts';
import { TEST_MEMBERS, type TestMember, generatedMember } from './test-members.ts';

/** What a member types into the form. */
export interface TypedDetails {
  readonly firstName: string;
  readonly lastName: string;
  /** MM/DD/YYYY, as in the seed's table. */
  readonly birthDate: string;
  readonly memberId: string;
  readonly postalCode: string;
}

export interface MemberDirectory {
  readonly members: readonly TestMember[];
  find(memberId: string): TestMember | undefined;
  /** The member whose five details are exactly these. */
  match(details: TypedDetails): TestMember | undefined;
  record(member: TestMember): MemberRecord;
}

const RECORDS_IN_MEMORY = 200;

/** The seed's members and, for load runs, generated ones. */
export function createMemberDirectory(generatedMembers: number): MemberDirectory {
  const generated = Array.from({ length: generatedMembers }, (_, index) => generatedMember(index + 1));
  const members = [...TEST_MEMBERS, ...generated];
  const byId = new Map(members.map((member) => [member.memberId, member]));
  const records = new Map<string, MemberRecord>();
  return {
    members,
    find: (memberId) => byId.get(memberId),
    match(details) {
      const member = byId.get(details.memberId.trim());
      return member !== undefined && isSame(member, details) ? member : undefined;
    },
    record(member) {
      const known = records.get(member.memberId);
      if (known !== undefined) return known;
      const built = buildMemberRecord(member);
      if (records.size >= RECORDS_IN_MEMORY) records.delete(records.keys().next().value ?? '');
      records.set(member.memberId, built);
      return built;
    },
  };
}

function isSame(member: TestMember, details: TypedDetails): boolean {
  const [year, month, day] = member.birthDate.split('-');
  return (
    details.firstName.trim() === member.firstName &&
    details.lastName.trim() === member.lastName &&
    details.birthDate.trim() === `${month}/${day}/${year}` &&
    details.postalCode.trim() === member.postalCode
  );
}
