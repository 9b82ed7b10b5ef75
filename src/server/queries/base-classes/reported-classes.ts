import { type Application, ApplicationModel } from "../../../models/application.ts";
import { classKeys, type NamedClass } from "../../../shared/comparable-text.ts";

/** A class that its base has reported, as far as declarations of it are concerned. */
export type ReportedClass = Pick<Application, "_id" | "number" | "organizationName" | "status"> & {
  data: {
    subject: "public" | "professional";
    /** as the granting bureau set them; null while it has not */
    hours: number | null;
  };
};

/** More reports of one class than anybody makes: later ones add participants. */
const mostReports = 100;

/**
 * The reports of the class that a declaration names, under review or confirmed: found by its base with its number or
 * name, however they are spelled. None for a class that no base has reported here.
 */
export async function reportedClasses(named: NamedClass): Promise<ReportedClass[]> {
  const keys = classKeys(named);
  if (keys.length === 0) return [];
  return await ApplicationModel.find(
    {
      kind: "base-class",
      "data.classKeys": { $in: keys },
      status: { $in: ["pending", "approved"] },
    },
    { number: 1, organizationName: 1, status: 1, "data.subject": 1, "data.hours": 1 },
  )
    .sort({ submittedAt: -1 })
    .limit(mostReports)
    .lean<ReportedClass[]>();
}

/** The hours that the granting bureau has set for a class (CNV-01); null while it has confirmed none of the reports. */
export function confirmedHours(classes: readonly ReportedClass[]): number | null {
  const set = classes.flatMap(({ status, data }) =>
    status === "approved" && data.hours !== null ? [data.hours] : [],
  );
  return set.length === 0 ? null : Math.max(...set);
}
