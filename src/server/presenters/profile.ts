import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { getOwnProfile } from "../../shared/contracts/profile-changes.ts";
import { isoDate } from "../../shared/dates.ts";
import { nameOf } from "../../shared/dictionaries/entry.ts";
import { sexes } from "../../shared/dictionaries/people.ts";
import { regionPath } from "../../shared/dictionaries/regions.ts";
import type { OwnProfile } from "../queries/people/get-own-profile.ts";
import { titlesHeld } from "../queries/people/titles-held.ts";

/** One's own data: what lists show of it, and the codes that a form begins with. */
export function presentProfile({ person, ...account }: OwnProfile): ResponseOf<typeof getOwnProfile> {
  const { _id: id, name, maskedIdNumber, birthDate, nativePlace, nation, education, degree } = person;
  const { organizationId, organizationName, departmentId, departmentName } = person;
  const { school, major, workStartedOn, isAccountant, openTransferId } = person;
  return {
    ...account,
    id,
    name,
    maskedIdNumber,
    sexName: nameOf(sexes, person.sex),
    birthDate,
    nativePlace,
    organizationId,
    organizationName,
    regionPath: regionPath(person.regionCode),
    departmentId,
    departmentName,
    nation,
    education,
    degree,
    school,
    major,
    workStartedOn,
    isAccountant,
    titles: titlesHeld(person).map((title) => ({ ...title })),
    registeredOn: isoDate(person.registeredAt),
    isTransferring: openTransferId !== null,
  };
}
