import { Card, Descriptions } from "antd";
import type { TaskView } from "../../../shared/contracts/workflow.ts";
import { momentText } from "../../components/dates.ts";

/** What is known of a registration under review (AUD). */
export function RegistrationDetails({ task }: { task: TaskView }) {
  return (
    <Card title="注册申请" size="small">
      <Descriptions
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "number", label: "受理号", children: task.number },
          { key: "kind", label: "申请类型", children: task.processName },
          { key: "title", label: "申请事项", children: task.title },
          { key: "applicant", label: "申请人", children: task.applicantName },
          { key: "organization", label: "单位", children: task.organizationName },
          { key: "at", label: "到达时间", children: momentText(task.createdAt) },
        ]}
      />
    </Card>
  );
}
