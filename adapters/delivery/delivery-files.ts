import { membersHeader, membersLine, type DeliveredMember } from '../../domain/delivery/delivered-member.ts';
import { memberOutcomes } from '../../domain/delivery/member-outcomes.ts';
import type { FhirResource } from '../../schemas/fhir.ts';
import type { MemberContent } from './delivered-members.ts';
import { openDeliveryFile, type DeliveryFile, type DeliveryFileFacts } from './delivery-file.ts';
import { besides, typeFileName } from './delivery-manifest.ts';
import type { UnfinishedDelivery } from './delivery-target.ts';

/** The files of a delivery while they are written: one for each type that comes, and those beside them. */
export interface DeliveryFiles {
  /** Writes what there is of one member. `source`: the FHIR base URL that was read. */
  writeMember(content: MemberContent, source: string): Promise<void>;
  /** Ends every file and says what is in it, by name. */
  close(): Promise<ReadonlyMap<string, DeliveryFileFacts>>;
  /** Lets go of files that will not be ended. */
  abandon(): void;
}

/** Opens the files that every delivery has; types get theirs with their first resource. */
export async function openDeliveryFiles(unfinished: UnfinishedDelivery): Promise<DeliveryFiles> {
  const opened = new Map<string, DeliveryFile>();
  const open = (name: string): DeliveryFile => {
    const file = opened.get(name) ?? openDeliveryFile(unfinished.createFile(name), { gzip: name.endsWith('.gz') });
    opened.set(name, file);
    return file;
  };
  const [members, outcomes, attribution] = [open(besides.members), open(besides.outcomes), open(besides.attribution)];
  await members.write(membersHeader);

  return {
    async writeMember(content, source) {
      const byType: Record<string, number> = {};
      for (const line of content.lines) {
        const { resourceType, id } = JSON.parse(line) as FhirResource;
        const lineNumber = await open(typeFileName(resourceType)).write(`${line}\n`);
        await attribution.write(`${JSON.stringify(attributed(content, resourceType, id, lineNumber))}\n`);
        byType[resourceType] = (byType[resourceType] ?? 0) + 1;
      }
      const found = memberOutcomes(content, content.remarks.remarks);
      for (const outcome of found) await outcomes.write(`${JSON.stringify(outcome)}\n`);
      const { patientId } = content.remarks;
      const member: DeliveredMember = { ...content, ...(patientId === undefined ? {} : { patientId }) };
      await members.write(membersLine(member, { byType, outcomes: found.length }, source));
    },
    async close() {
      const facts = new Map<string, DeliveryFileFacts>();
      for (const [name, file] of opened) facts.set(name, await file.close());
      return facts;
    },
    abandon: () => opened.forEach((file) => file.abandon()),
  };
}

/** Whose the resource on a line of a type's file is; lines are counted from 1. */
function attributed(content: MemberContent, resourceType: string, id: string | undefined, line: number): object {
  const { rowId, transfer } = content;
  return { resourceType, id: id ?? null, line, row_id: rowId ?? null, transfer_id: transfer.transferId };
}
