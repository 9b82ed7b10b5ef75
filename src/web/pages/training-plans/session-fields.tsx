import { Form, Input, Radio } from "antd";
import { sessionContent } from "../../../shared/contracts/plan-declarations.ts";
import { ruleOf } from "../../components/field-rules.ts";
import { DateField } from "../declarations/date-field.tsx";
import { EvidenceField } from "../declarations/evidence-field.tsx";
import type { Evidence } from "../declarations/declare-model.ts";
import type { PlanView } from "./plan-model.ts";
import { sessionLabels, type Participant, type SessionValues } from "./session-model.ts";
import { SessionParticipants } from "./session-participants.tsx";

const videoLink = sessionContent.video.unwrap().shape;

/** The fields of one session of a plan: what it was, who was there for how long, what proves it (PLN-04). */
export function SessionFields({ plan }: { plan: PlanView }) {
  return (
    <div className="field-grid">
      <Form.Item
        name="sessionName"
        label={sessionLabels.sessionName}
        className="wide-field"
        extra="同一计划分场次申报，如“第一场”；每人每场只申报一次"
        rules={ruleOf(sessionContent.sessionName, "请填写场次名称")}
      >
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <SessionDates plan={plan} />
      <Form.Item
        name="participants"
        label={sessionLabels.participants}
        className="wide-field"
        rules={[{ validator: async (_rule, people) => requireParticipants(people, plan.plannedHours) }]}
        required
      >
        <SessionParticipants plannedHours={plan.plannedHours} />
      </Form.Item>
      <Proof plan={plan} />
      <Form.Item
        name="remark"
        label={`${sessionLabels.remark}（选填）`}
        className="wide-field"
        rules={ruleOf(sessionContent.remark)}
      >
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </div>
  );
}

function SessionDates({ plan }: { plan: PlanView }) {
  const within = async (_rule: unknown, date: string | undefined) => {
    if (date === undefined || (date >= plan.startDate && date <= plan.endDate)) return;
    throw new Error(`场次日期应在计划的起止日期（${plan.startDate} 至 ${plan.endDate}）内`);
  };
  return (
    <>
      <Form.Item
        name="startDate"
        label={sessionLabels.startDate}
        rules={[{ required: true, message: "请选择开始日期" }, { validator: within }]}
      >
        <DateField />
      </Form.Item>
      <Form.Item
        name="endDate"
        label={sessionLabels.endDate}
        dependencies={["startDate"]}
        rules={[{ required: true, message: "请选择结束日期" }, { validator: within }, notBeforeStart]}
      >
        <DateField />
      </Form.Item>
    </>
  );
}

function Proof({ plan }: { plan: PlanView }) {
  const isLinked = Form.useWatch<SessionValues["videoKind"]>("videoKind") === "link";
  const kinds = [...plan.evidence, { key: "other", title: "其他材料", required: false }]
    .filter(({ key }) => key !== "video" || !isLinked)
    .map((kind) => ({ ...kind, isVideo: kind.key === "video" }));
  const complete = async (_rule: unknown, files: readonly Evidence[] = []) => {
    const missing = kinds.filter(({ key, required }) => required && !files.some((file) => file.key === key));
    if (missing.length > 0) throw new Error(`请上传${missing.map(({ title }) => title).join("、")}`);
  };
  return (
    <>
      <Form.Item name="videoKind" label={sessionLabels.videoKind} className="wide-field">
        <Radio.Group
          options={[
            { value: "file", label: "上传视频文件" },
            { value: "link", label: "填写视频网址和校验值" },
          ]}
        />
      </Form.Item>
      {isLinked && <VideoLink />}
      <Form.Item
        name="evidence"
        label={sessionLabels.evidence}
        className="wide-field"
        rules={[{ validator: complete }]}
      >
        <EvidenceField kinds={kinds} />
      </Form.Item>
    </>
  );
}

/** Where the video lies, and what shows later that it is still the same. */
function VideoLink() {
  return (
    <>
      <Form.Item
        name={["video", "url"]}
        label={sessionLabels.video_url}
        className="wide-field"
        rules={ruleOf(videoLink.url, "请填写视频的网址")}
      >
        <Input maxLength={500} autoComplete="off" placeholder="https://" />
      </Form.Item>
      <Form.Item
        name={["video", "sha256"]}
        label={sessionLabels.video_sha256}
        className="wide-field"
        extra="64位十六进制，用来核对视频未被更换"
        normalize={(typed: string) => typed.trim().toLowerCase()}
        rules={ruleOf(videoLink.sha256, "请填写视频文件的SHA-256校验值")}
      >
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
    </>
  );
}

function requireParticipants(people: readonly Participant[] = [], plannedHours: number): void {
  if (people.length === 0) throw new Error("请选择参加人员");
  const wrong = people.find(({ hours }) => hours === undefined || hours === null || hours > plannedHours);
  if (wrong !== undefined) throw new Error(`请填写${wrong.name}的学时，不超过计划的 ${plannedHours} 学时`);
}

const notBeforeStart = ({ getFieldValue }: { getFieldValue: (name: "startDate") => unknown }) => ({
  validator: async (_rule: unknown, end: string | undefined) => {
    const start = getFieldValue("startDate");
    if (typeof start === "string" && end !== undefined && end < start)
      throw new Error("结束日期不能早于开始日期");
  },
});
