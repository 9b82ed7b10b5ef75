import { useQueries } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { listRejectionReasons } from "../../../shared/contracts/workflow.ts";
import { callApi } from "../../api.ts";
import "./workflow.css";

/** 常用语: what reviewers write again and again when they approve (convention 3). */
const approvals = ["情况属实，同意。", "材料齐全，符合规定，同意上报。"];

export interface OpinionFieldProps {
  id?: string;
  value?: string | undefined;
  onChange?: (text: string) => void;
  tone: "approve" | "reject";
  /** what is decided on: its policy's reasons are offered for a rejection (AUD-07); several: what they have in common */
  processKeys: readonly string[];
}

/** 审批意见 with its 常用语, which are added to what is already written. */
export function OpinionField({ id, value = "", onChange, tone, processKeys }: OpinionFieldProps) {
  const reasons = useRejectionReasons(tone === "reject" ? processKeys : []);
  const phrases = tone === "reject" ? reasons : approvals;
  return (
    <>
      <Input.TextArea
        {...(id === undefined ? {} : { id })}
        rows={2}
        maxLength={500}
        value={value}
        onChange={(event) => onChange?.(event.target.value)}
        placeholder={tone === "reject" ? "请写明驳回原因，申请人将看到" : "可不填写"}
      />
      <div className="opinion-phrases" role="group" aria-label="常用语">
        <span>常用语：</span>
        {phrases.map((phrase) => (
          <Button
            key={phrase}
            size="small"
            onClick={() => onChange?.(value === "" ? phrase : `${value}${phrase}`)}
          >
            {phrase}
          </Button>
        ))}
      </div>
    </>
  );
}

/** Free text is there while they load, and where they cannot be had. */
function useRejectionReasons(processKeys: readonly string[]): string[] {
  const answers = useQueries({
    queries: [...new Set(processKeys)].map((processKey) => ({
      queryKey: ["listRejectionReasons", processKey],
      queryFn: () => callApi(listRejectionReasons, { processKey }),
      staleTime: 10 * 60_000,
    })),
  });
  const [first = [], ...others] = answers.map(({ data }) => data?.reasons ?? []);
  return first.filter((reason) => others.every((reasons) => reasons.includes(reason)));
}
