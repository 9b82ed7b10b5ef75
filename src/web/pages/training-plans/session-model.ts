import type { z } from "zod";
import type { RequestOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  listPlanParticipants,
  type planSession,
  type submitPlanDeclaration,
} from "../../../shared/contracts/plan-declarations.ts";
import { getTrainingPlan } from "../../../shared/contracts/training-plans.ts";
import { callApi } from "../../api.ts";
import type { Evidence } from "../declarations/declare-model.ts";
import type { PersonRow } from "../declarations/people-picker.tsx";
import type { PlanView } from "./plan-model.ts";

export type SessionRequest = Omit<RequestOf<typeof submitPlanDeclaration>, "id">;

/** How many people one declaration takes. */
export const mostParticipants = 500;

export interface Participant {
  id: string;
  name: string;
  maskedIdNumber: string;
  isAccountant: boolean;
  hours?: number | null;
}

/** The values of the form of one session (PLN-04). */
export interface SessionValues {
  sessionName?: string;
  startDate?: string;
  endDate?: string;
  participants?: Participant[];
  /** a video is a file among the evidence, or a link with its checksum (PLN-12) */
  videoKind: "file" | "link";
  video?: { url?: string; sha256?: string };
  evidence?: Evidence[];
  remark?: string;
}

export const sessionLabels = {
  sessionName: "场次名称",
  startDate: "开始日期",
  endDate: "结束日期",
  participants: "参加人员及学时",
  videoKind: "培训视频",
  video_url: "视频网址",
  video_sha256: "视频文件的SHA-256校验值",
  evidence: "证明材料",
  remark: "备注",
} as const;

/** Everybody is taken to have been there all the time, until the unit says less. */
export function participantOf({ id, name, maskedIdNumber, isAccountant }: PersonRow, hours: number) {
  return { id, name, maskedIdNumber, isAccountant, hours };
}

/** What is sent: the form's rules have made sure that nothing that must be there is missing. */
export function sessionRequestOf(values: SessionValues): SessionRequest {
  const { sessionName = "", startDate = "", endDate = "", participants = [], remark = "" } = values;
  return {
    ...{ sessionName, startDate, endDate, remark },
    participants: participants.map(({ id, hours }) => ({ personId: id, hours: hours ?? 0 })),
    ...proofOf(values),
  };
}

/** A file of the video does not count where the unit has changed to a link. */
function proofOf({ videoKind, video, evidence = [] }: SessionValues) {
  const files = evidence.map((file) => ({ ...file, key: evidenceKey(file.key) }));
  if (videoKind === "file") return { evidence: files };
  const { url = "", sha256 = "" } = video ?? {};
  return { evidence: files.filter(({ key }) => key !== "video"), video: { url: url.trim(), sha256 } };
}

type EvidenceKey = SessionRequest["evidence"][number]["key"];

function evidenceKey(key: string): EvidenceKey {
  return key === "sign-in" || key === "video" || key === "photo" ? key : "other";
}

type Row = ResponseOf<typeof listPlanParticipants>["rows"][number];

/** What the form of a returned declaration begins with. */
export function valuesOfSession(
  session: z.output<typeof planSession>,
  attachments: readonly Evidence[],
  participants: readonly Row[],
): SessionValues {
  const { sessionName, startDate, endDate, video, remark } = session;
  return {
    sessionName,
    startDate,
    endDate,
    videoKind: video === null ? "file" : "link",
    ...(video === null ? {} : { video }),
    evidence: [...attachments],
    remark,
    participants: participants.map(({ personId, personName, maskedIdNumber, isAccountant, hours }) => ({
      id: personId,
      name: personName,
      maskedIdNumber,
      isAccountant,
      hours: Math.round((hours.public + hours.professional) * 10) / 10,
    })),
  };
}

/** All participants of a declaration, which are few enough for one form. */
export async function loadParticipants(id: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; rows.length < mostParticipants; page += 1) {
    const answer = await callApi(listPlanParticipants, { id, page, pageSize: 200 });
    rows.push(...answer.rows);
    if (answer.rows.length < 200) break;
  }
  return rows;
}

/** Amendments are few; more than this would be a circle. */
const mostVersions = 100;

/** The version in force of a plan, under which a returned declaration is corrected: its last approved amendment. */
export async function loadPlanInForce(id: string): Promise<PlanView> {
  let plan = await callApi(getTrainingPlan, { id });
  for (let count = 1; count < mostVersions && plan.replacedById !== null; count += 1)
    plan = await callApi(getTrainingPlan, { id: plan.replacedById });
  return plan;
}
