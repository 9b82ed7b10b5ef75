import type { Person } from "../../models/person.ts";
import type { listMergedPeople } from "../../shared/contracts/closures.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { nameOf } from "../../shared/dictionaries/entry.ts";
import { titleLevels } from "../../shared/dictionaries/titles.ts";
import type { Page } from "../queries/page.ts";

export function presentMergedPeople(page: Page<Person>): ResponseOf<typeof listMergedPeople> {
  return {
    ...page,
    rows: page.rows.map(({ _id: id, name, maskedIdNumber, departmentName, titleLevel, status }) => ({
      id,
      name,
      maskedIdNumber,
      departmentName,
      titleLevelName: nameOf(titleLevels, titleLevel),
      isActive: status === "active",
    })),
  };
}
