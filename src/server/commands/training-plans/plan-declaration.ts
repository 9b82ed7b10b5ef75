import type { Application } from "../../../models/application.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { submitPlanDeclaration as contract } from "../../../shared/contracts/plan-declarations.ts";

/** One session of a plan as a unit declares it. */
export type SessionContent = Omit<InputOf<typeof contract>, "id">;

/** The data of an application of the kind `plan-declaration`; its participants are declarations of their own. */
export interface PlanDeclarationData {
  /** the plan's version that it was declared under, and what its versions have in common */
  planId: string;
  rootId: string;
  planNumber: string;
  planName: string;
  subject: "public" | "professional";
  plannedHours: number;
  sessionName: string;
  startDate: string;
  endDate: string;
  video: { url: string; sha256: string } | null;
  people: number;
  /** of the declarations as last sent in */
  batchNumber: string;
  remark: string;
}

export type PlanDeclaration = Application<PlanDeclarationData>;
